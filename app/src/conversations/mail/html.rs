//! The text of an HTML mail. The parser's own conversion ends lines at breaks and paragraphs only; here every block has
//! lines of its own, and what is quoted is marked as in a plain mail, so that the writer's own words can be told from it.

use mail_parser::decoders::html::html_to_text;

/// Elements that begin and end with a line of their own.
const BLOCKS: [&str; 18] = [
    "address", "article", "div", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "hr", "li", "ol", "pre", "section", "table",
    "tr", "ul",
];

/// The text that a reader sees, line by line.
pub fn text(html: &str) -> String {
    let mut reader = Reader::default();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (words, tag) = rest.split_at(at);
        reader.words(words);
        let end =
            if tag.starts_with("<!--") { tag.find("-->").map(|end| end + 3) } else { tag.find('>').map(|end| end + 1) };
        let Some(end) = end else {
            reader.words(tag);
            return reader.finish();
        };
        reader.tag(&tag[..end]);
        rest = &tag[end..];
    }
    reader.words(rest);
    reader.finish()
}

#[derive(Default)]
struct Reader {
    /// What was converted.
    text: String,
    /// HTML since the last quotation began or ended.
    run: String,
    /// Whether something stands in the line that is being read.
    in_line: bool,
    /// How many quotations are open.
    quoted: usize,
}

impl Reader {
    fn words(&mut self, words: &str) {
        self.in_line |= !words.trim().is_empty();
        self.run.push_str(words);
    }

    fn tag(&mut self, tag: &str) {
        let closes = tag.starts_with("</");
        let name: String = tag.chars().skip(1 + usize::from(closes)).take_while(char::is_ascii_alphanumeric).collect();
        let name = name.to_ascii_lowercase();
        if name == "blockquote" {
            self.end_run();
            self.quoted = if closes { self.quoted.saturating_sub(1) } else { self.quoted + 1 };
            return;
        }
        if self.in_line && (BLOCKS.contains(&name.as_str()) || (name == "p" && !closes)) {
            self.run.push_str("<br>");
            self.in_line = false;
        }
        self.run.push_str(tag);
        match name.as_str() {
            "br" | "p" => self.in_line = false,
            // Cells of one row stand apart.
            "td" | "th" if closes => self.run.push(' '),
            _ => {}
        }
    }

    /// Converts what was read since the last quotation began or ended.
    fn end_run(&mut self) {
        let text = html_to_text(&std::mem::take(&mut self.run));
        self.in_line = false;
        if text.trim().is_empty() {
            return;
        }
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        if self.quoted == 0 {
            self.text.push_str(&text);
            return;
        }
        for line in text.lines() {
            self.text.push_str("> ");
            self.text.push_str(line);
            self.text.push('\n');
        }
    }

    fn finish(mut self) -> String {
        self.end_run();
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_block_has_lines_of_its_own() {
        for (html, lines) in [
            ("<div>同意安装</div><div>发件人：协会</div>", vec!["同意安装", "发件人：协会"]),
            ("同意<div>六月</div><DIV>十二辆</DIV>", vec!["同意", "六月", "十二辆"]),
            ("<div><div>一</div></div><div>二</div>", vec!["一", "二"]),
            ("<p>一</p><p>二</p>三<br>四<br/>五", vec!["一", "二", "三", "四", "五"]),
            ("<ul><li>一<li>二</ul>三", vec!["一", "二", "三"]),
            (
                "<table><tr><td>型号</td><td>A8</td></tr><tr><td>台数</td><td>2</td></tr></table>",
                vec!["型号 A8", "台数 2"],
            ),
            ("<style>div{}</style><!-- <div>x</div> --><b>一</b><span>二</span>", vec!["一二"]),
            ("一 &lt;div&gt; 二", vec!["一 <div> 二"]),
            ("一<div", vec!["一"]),
            ("", vec![]),
        ] {
            let text = text(html);
            let found: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            assert_eq!(found, lines, "{html}");
        }
    }

    #[test]
    fn quotations_are_marked_as_in_plain_mails() {
        for (html, lines) in [
            (
                "<div>十二辆</div><blockquote>几辆车？<br>请答复</blockquote><div>谢谢</div>",
                vec!["十二辆", "> 几辆车？", "> 请答复", "谢谢"],
            ),
            (
                "一<blockquote type=cite>二<blockquote>三</blockquote>四</blockquote>五",
                vec!["一", "> 二", "> 三", "> 四", "五"],
            ),
            ("<blockquote>没有结束", vec!["> 没有结束"]),
            ("</blockquote>一", vec!["一"]),
        ] {
            let text = text(html);
            let found: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            assert_eq!(found, lines, "{html}");
        }
    }
}
