//! Prepares what the browser gets, so that the program carries it inside: the style (bundled, lowered
//! for Chrome 86 and minified), the files of `style/static` and the wasm with its JavaScript.
//! Each is compressed once, here, and gets an address with a content hash that can be cached for ever.
//! Without a wasm build the folder is empty and the pages simply carry no islands.

use std::{
    env,
    error::Error,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use lightningcss::{
    bundler::{Bundler, FileProvider},
    printer::PrinterOptions,
    stylesheet::{MinifyOptions, ParserOptions},
    targets::{Browsers, Targets},
};
use sha2::{Digest, Sha256};

/// What cargo keeps at the top of its target folder. It makes the first only in folders it made itself.
const TARGET_MARKS: [&str; 2] = ["CACHEDIR.TAG", ".rustc_info.json"];

type Result<T> = std::result::Result<T, Box<dyn Error>>;

struct Asset {
    name: String,
    hash: String,
    bytes: Vec<u8>,
}

fn main() -> Result<()> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let style = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../style");
    let site = site_folder(&out)?;
    println!("cargo::rerun-if-env-changed=HUNITONG_SITE_DIR");
    println!("cargo::rerun-if-changed={}", style.display());
    println!("cargo::rerun-if-changed={}", site.display());

    let mut assets = vec![stylesheet(&style.join("main.css"))?];
    for (name, bytes) in files_in(&style.join("static"))? {
        let hash = hash(&bytes);
        assets.push(Asset { name, hash, bytes });
    }
    // The wasm's files name each other by relative paths, so one hash stands for all of them.
    let wasm = files_in(&site)?;
    let hash = hash(&wasm.iter().flat_map(|(_, bytes)| bytes).copied().collect::<Vec<_>>());
    for (name, bytes) in wasm {
        let hash = hash.clone();
        assets.push(Asset { name, hash, bytes });
    }
    write_table(&assets, &out)
}

/// Where `wasm-bindgen` left its files: `HUNITONG_SITE_DIR`, or `site` in cargo's target folder.
/// The folder is made when it is missing, because cargo repeats a build script for ever whose input is not there.
fn site_folder(out: &Path) -> Result<PathBuf> {
    let folder = match env::var_os("HUNITONG_SITE_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => out
            .ancestors()
            .find(|folder| TARGET_MARKS.iter().any(|mark| folder.join(mark).exists()))
            .ok_or("the target folder of cargo was not found; set HUNITONG_SITE_DIR")?
            .join("site"),
    };
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn stylesheet(main: &Path) -> Result<Asset> {
    let targets = Targets::from(Browsers { chrome: Some(86 << 16), ..Browsers::default() });
    let files = FileProvider::new();
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let mut sheet = bundler.bundle(main).map_err(|error| format!("the style: {error}"))?;
    sheet
        .minify(MinifyOptions { targets, ..MinifyOptions::default() })
        .map_err(|error| format!("the style: {error}"))?;
    let css = sheet.to_css(PrinterOptions { minify: true, targets, ..PrinterOptions::default() })?;
    let bytes = css.code.into_bytes();
    Ok(Asset { name: "main.css".into(), hash: hash(&bytes), bytes })
}

/// Every file below a folder with its path from there, in the order of the names; none when there is no folder.
fn files_in(folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(current) = waiting.pop() {
        if !current.exists() {
            continue;
        }
        for entry in fs::read_dir(&current)? {
            let path = entry?.path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let name = path.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
                if !name.starts_with('.') {
                    found.push((name, fs::read(&path)?));
                }
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Writes the bytes, raw and compressed, and the table that `assets.rs` includes.
fn write_table(assets: &[Asset], out: &Path) -> Result<()> {
    let mut table = String::from("&[\n");
    for (number, Asset { name, hash, bytes }) in assets.iter().enumerate() {
        let content_type = content_type(name)?;
        let raw = keep(out, &format!("{number}.raw"), bytes)?;
        let (brotli, gzip) = if compresses(content_type) {
            (
                Some(keep(out, &format!("{number}.br"), &brotli(bytes)?)?),
                Some(keep(out, &format!("{number}.gz"), &gzip(bytes)?)?),
            )
        } else {
            (None, None)
        };
        table.push_str(&format!(
            "Asset {{ name: {name:?}, url: {url:?}, content_type: {content_type:?}, raw: {raw}, brotli: {brotli}, gzip: {gzip} }},\n",
            url = format!("/assets/{hash}/{name}"),
            brotli = optional(brotli),
            gzip = optional(gzip),
        ));
    }
    table.push(']');
    fs::write(out.join("assets.rs"), table)?;
    Ok(())
}

/// Stores bytes beside the table and returns the expression that embeds them.
fn keep(out: &Path, file: &str, bytes: &[u8]) -> Result<String> {
    fs::write(out.join(file), bytes)?;
    Ok(format!(r#"include_bytes!(concat!(env!("OUT_DIR"), "/{file}"))"#))
}

fn optional(expression: Option<String>) -> String {
    expression.map_or_else(|| "None".into(), |inner| format!("Some({inner})"))
}

fn content_type(name: &str) -> Result<&'static str> {
    Ok(match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        _ => return Err(format!("{name}: no content type is known for this kind of file").into()),
    })
}

fn compresses(content_type: &str) -> bool {
    !matches!(content_type, "image/png" | "font/woff2")
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut small = Vec::new();
    let best = brotli::enc::BrotliEncoderParams { quality: 11, size_hint: bytes.len(), ..Default::default() };
    brotli::BrotliCompress(&mut &*bytes, &mut small, &best)?;
    Ok(small)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut small = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    small.write_all(bytes)?;
    Ok(small.finish()?)
}
