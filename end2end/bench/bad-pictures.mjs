// Pictures that cost a reader the most, and such as are refused: of each its name, its bytes and how a photo of it is answered.
// What holds no code, another or several may be confirmed by eye and is kept. None is longer than an upload may be, 20 MiB.
import { randomBytes, randomFillSync } from "node:crypto";
import { crc32, deflateSync } from "node:zlib";
import { create, toBuffer } from "qrcode";

const [GREY, RGBA] = [0, 6];

/** `photo` makes a phone's photograph of so many pixels. */
export async function badPictures(photo) {
  const code = await toBuffer("https://s.sh.gov.cn/papers/0", { scale: 8 });
  const header = code.subarray(0, 33);
  const animation = Buffer.concat([header, chunk("acTL", Buffer.from([0, 0, 0, 2, 0, 0, 0, 0])), code.subarray(33)]);
  const heic = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from("ftypheic\0\0\0\0mif1heic"), randomBytes(4096)]);
  return [
    { name: "100 megapixels", bytes: png(10_000, 10_000, 8, GREY, (line) => line.fill(255)), status: 409 },
    { name: "a photograph of 30 megapixels", bytes: photo("6400x4700"), status: 200 },
    { name: "a scan of 11 megapixels", bytes: scan(4000, 2750), status: 200 },
    { name: "12 megapixels of noise", bytes: png(4000, 3000, 1, GREY, (line) => randomFillSync(line)), status: 200 },
    { name: "thirty codes", bytes: sheetOfCodes(6, 5), status: 200 },
    { name: "a code of 2,900 bytes", bytes: await toBuffer("x".repeat(2900), { errorCorrectionLevel: "L", scale: 4 }), status: 200 },
    { name: "a code that holds a script", bytes: await toBuffer("<script>alert(1)</script>", { scale: 8 }), status: 200 },
    { name: "half a file", bytes: code.subarray(0, code.length / 2), status: 409 },
    { name: "an animation", bytes: animation, status: 409 },
    { name: "HEIC", bytes: heic, status: 409 },
  ];
}

/** A PNG of so many bits a colour; `paint` fills its lines, one after the other. */
function png(width, height, depth, colours, paint) {
  const samples = colours === RGBA ? 4 : 1;
  // Each line begins with a byte that says that it is not filtered.
  const line = Math.ceil((width * samples * depth) / 8) + 1;
  const rows = Buffer.alloc(line * height);
  for (let y = 0; y < height; y++) paint(rows.subarray(y * line + 1, (y + 1) * line), y);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = depth;
  head[9] = colours;
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", deflateSync(rows, { level: 1 })), chunk("IEND", Buffer.alloc(0))]);
}

function chunk(kind, content) {
  const named = Buffer.concat([Buffer.from(kind), content]);
  const chunk = Buffer.alloc(named.length + 8);
  chunk.writeUInt32BE(content.length, 0);
  named.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(named), named.length + 4);
  return chunk;
}

/** A scan with 16 bits a colour, through which some shows; chance has the last bit of every red. */
function scan(width, height) {
  return png(width, height, 16, RGBA, (line) => {
    const chance = randomBytes(width);
    line.fill(200);
    for (let x = 0; x < width; x++) line[8 * x + 1] |= chance[x] & 1;
  });
}

/** Codes in columns and rows, each with its margin. */
function sheetOfCodes(columns, rows) {
  const codes = Array.from({ length: columns * rows }, (_, n) => create(`https://s.sh.gov.cn/many/${n + 10}`).modules);
  const [margin, scale, size] = [4, 8, codes[0].size];
  const cell = (size + 2 * margin) * scale;
  const shade = (x, y) => {
    const modules = codes[Math.floor(y / cell) * columns + Math.floor(x / cell)];
    const [column, row] = [x, y].map((at) => Math.floor((at % cell) / scale) - margin);
    const inside = [column, row].every((at) => at >= 0 && at < size);
    return inside && modules.get(row, column) ? 0 : 255;
  };
  return png(columns * cell, rows * cell, 8, GREY, (line, y) => line.forEach((_, x) => (line[x] = shade(x, y))));
}
