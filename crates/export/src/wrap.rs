//! Breaking text into lines of a width, Chinese and Latin mixed.
//!
//! Lines break between Chinese characters and at spaces; a line never begins with a closing sign or ends with an
//! opening one (GB/T 15834-2011, 5.1: marks that end something do not stand at the head of a line).

use crate::fonts::{Fonts, Weight};

/// Signs that must not begin a line.
const CLOSING: &str = "、。，．：；！？）」』】》〉〕”’…—·％‰℃,.;:!?)]}%»›～/∶";
/// Signs that must not end one.
const OPENING: &str = "（「『【《〈〔“‘([{«‹¥￥$€£#";

/// How a text is set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    pub(crate) size: f32,
    pub(crate) weight: Weight,
}

impl Setting {
    pub(crate) fn width(self, fonts: &Fonts, text: &str) -> f32 {
        fonts.width(text, self.weight) * self.size
    }
}

/// The lines of `text`, each at most `width` wide; none for a blank text.
pub(crate) fn wrap(fonts: &Fonts, text: &str, setting: Setting, width: f32) -> Vec<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (mut lines, mut line) = (Vec::new(), String::new());
    for unit in units(&text) {
        let longer = format!("{line}{unit}");
        if setting.width(fonts, longer.trim_end()) <= width {
            line = longer;
            continue;
        }
        if !line.trim().is_empty() {
            lines.push(line.trim_end().to_owned());
        }
        line = unit.to_owned();
        while setting.width(fonts, line.trim_end()) > width {
            let (head, tail) = cut(fonts, &line, setting, width);
            if tail.is_empty() {
                break;
            }
            lines.push(head);
            line = tail;
        }
    }
    if !line.trim().is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// One line: the text itself, or its beginning and an ellipsis.
pub(crate) fn fit(fonts: &Fonts, text: &str, setting: Setting, width: f32) -> String {
    if setting.width(fonts, text) <= width {
        return text.to_owned();
    }
    let mut kept: String = text.trim_end_matches('…').to_owned();
    while !kept.is_empty() && setting.width(fonts, &format!("{kept}…")) > width {
        kept.pop();
    }
    format!("{}…", kept.trim_end())
}

/// Pieces that are not broken, with the spaces that follow them.
fn units(text: &str) -> Vec<&str> {
    let mut units = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let Some(&(next_at, next)) = chars.peek() else { break };
        if breaks(c, next, &text[..at]) {
            units.push(&text[start..next_at]);
            start = next_at;
        }
    }
    if start < text.len() {
        units.push(&text[start..]);
    }
    units
}

/// Whether a line may end between two characters.
fn breaks(a: char, b: char, before_a: &str) -> bool {
    if b == ' ' {
        return false;
    }
    if a == ' ' {
        // `12 %` and `3 / 4` stay together.
        let left = before_a.chars().next_back();
        return !CLOSING.contains(b) && !left.is_some_and(|left| OPENING.contains(left) || left == '/');
    }
    if CLOSING.contains(b) || OPENING.contains(a) {
        return false;
    }
    is_wide(a) || is_wide(b) || (a == '-' && b.is_alphabetic()) || (a == '/' && b.is_alphabetic())
}

/// Chinese characters and signs, between which lines break.
fn is_wide(c: char) -> bool {
    matches!(c as u32,
        0x1100..=0x115f | 0x2e80..=0x303e | 0x3041..=0x33ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff
        | 0xa000..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60
        | 0xffe0..=0xffe6 | 0x20000..=0x3fffd)
}

/// A piece too wide for a line, cut where the line is full, but not before a closing sign.
fn cut(fonts: &Fonts, unit: &str, setting: Setting, width: f32) -> (String, String) {
    let chars: Vec<char> = unit.chars().collect();
    let mut room = width / setting.size;
    let mut count = 0;
    for &c in &chars {
        room -= fonts.advance(c, setting.weight);
        if room < 0.0 {
            break;
        }
        count += 1;
    }
    let mut at = count.max(1);
    while at > 1 && at < chars.len() && (CLOSING.contains(chars[at]) || OPENING.contains(chars[at - 1])) {
        at -= 1;
    }
    // Signs only: better one at the head of a line than a line that runs out of its box.
    let at = if at == 1 { count.max(1) } else { at };
    (chars[..at].iter().collect(), chars[at..].iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fonts::fonts;
    use crate::words::Language;

    const SET: Setting = Setting { size: 10.0, weight: Weight::Regular };

    fn lines(text: &str, width: f32) -> Vec<String> {
        wrap(fonts(Language::Chinese).unwrap(), text, SET, width)
    }

    #[test]
    fn chinese_breaks_anywhere_but_before_closing_signs() {
        assert_eq!(lines("浏览比较加购支付", 40.0), ["浏览比较", "加购支付"]);
        assert_eq!(lines("浏览比较，加购", 40.0), ["浏览比", "较，加购"]);
        assert_eq!(lines("他说“浏览”了", 40.0), ["他说“浏", "览”了"]);
        assert_eq!(lines("他说“浏览”了", 30.0), ["他说", "“浏", "览”了"]);
        assert_eq!(lines("等了很久……", 50.0), ["等了很", "久……"]);
    }

    #[test]
    fn latin_words_stay_whole_beside_chinese() {
        assert_eq!(lines("打开 App 支付", 45.0), ["打开 App", "支付"]);
        assert_eq!(lines("the quick brown fox", 55.0), ["the quick", "brown fox"]);
        assert_eq!(lines("  a \n b  ", 100.0), ["a b"]);
        assert_eq!(lines("", 100.0), [""; 0]);
    }

    #[test]
    fn every_line_fits_and_nothing_is_lost() {
        let fonts = fonts(Language::Chinese).unwrap();
        let texts = [
            "客户在「支付」阶段反复比较，最终放弃（多半因为运费不透明）：12.3% 的旅程在此结束。",
            "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen，再来一段 123,456,789.",
            "？！？！？！？！？！？！",
            "https://example.com/a/very/long/address?with=parameters&and=more",
        ];
        for text in texts {
            for width in [12.0, 25.0, 40.0, 77.0, 140.0] {
                let lines = lines(text, width);
                for line in &lines {
                    assert!(SET.width(fonts, line) <= width, "{line:?} in {width}");
                }
                let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
                assert_eq!(bare(&lines.concat()), bare(text));
            }
            for line in lines(text, 60.0).iter().skip(1).filter(|_| !text.starts_with('？')) {
                assert!(!"，。）」：".contains(line.chars().next().unwrap()), "{line:?}");
            }
        }
    }

    #[test]
    fn what_is_cut_off_says_so() {
        let fonts = fonts(Language::Chinese).unwrap();
        assert_eq!(fit(fonts, "浏览比较", SET, 30.0), "浏览…");
        assert_eq!(fit(fonts, "浏览", SET, 30.0), "浏览");
    }
}
