//! Whom somebody means by a few letters: names by their characters, their sounds (pinyin, any reading of a character) and
//! the initials of these; identifiers by a part of them, letters of either case.
//!
//! The same ways of matching as the command menu has for pages, without those that find too many people.

use pinyin::ToPinyinMulti;
use regex::bytes::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Longest text that is looked for; identifiers are shorter.
pub const FIND_CHARS_MAX: usize = 200;

/// How well something matches, the better first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Match {
    /// The text itself, letters of either case.
    Exact,
    /// The sounds or initials of the whole name.
    SoundsWhole,
    /// What it begins with.
    Begins,
    /// The sounds or initials of its beginning.
    Sounds,
    /// A part of it.
    Contains,
    /// The sounds or initials of a part.
    SoundsWithin,
}

/// What is looked for.
#[derive(Debug, Clone)]
pub struct Needle {
    /// Small letters without spaces and marks between syllables.
    name: Vec<char>,
    /// Whether all of it may be sounds: letters.
    sounds: bool,
    identifier: Regex,
    text: String,
}

impl Needle {
    /// None if there is nothing to look for, or too much.
    pub fn new(text: &str) -> Option<Needle> {
        let text = text.trim();
        let name = folded(text);
        if text.is_empty() || text.chars().count() > FIND_CHARS_MAX {
            return None;
        }
        let sounds = !name.is_empty() && name.iter().all(|letter| letter.is_ascii_alphabetic() || *letter == 'ü');
        let identifier = RegexBuilder::new(&regex::escape(text)).case_insensitive(true).build().ok()?;
        Some(Needle { name, sounds, identifier, text: text.to_owned() })
    }

    /// How a name matches.
    pub fn name(&self, name: &str) -> Option<Match> {
        if self.name.is_empty() {
            return None;
        }
        let characters = folded(name);
        let at = characters.windows(self.name.len()).position(|part| part == self.name);
        match at {
            Some(0) if characters.len() == self.name.len() => return Some(Match::Exact),
            Some(0) => return Some(Match::Begins),
            _ => {}
        }
        if !self.sounds {
            return at.map(|_| Match::Contains);
        }
        if characters.iter().any(|character| !character.is_ascii()) {
            let heard = (0..characters.len()).find_map(|start| Some((start, self.heard(&characters, start)?)));
            match heard {
                Some((0, end)) if end == characters.len() => return Some(Match::SoundsWhole),
                Some((0, _)) => return Some(Match::Sounds),
                _ => {}
            }
            return at.map(|_| Match::Contains).or(heard.map(|_| Match::SoundsWithin));
        }
        // Ann Lee by al.
        let initials: Vec<char> = name.split_whitespace().filter_map(|word| folded(word).first().copied()).collect();
        match initials.starts_with(&self.name) && self.name.len() > 1 {
            true if initials.len() == self.name.len() => Some(Match::SoundsWhole),
            true => Some(Match::Sounds),
            false => at.map(|_| Match::Contains),
        }
    }

    /// How an identifier matches.
    pub fn identifier(&self, value: &str) -> Option<Match> {
        let found = self.identifier.find(value.as_bytes())?;
        Some(rank(found.start(), found.end(), 0, value.len()))
    }

    /// Those of many values that match: value `i` is the text `offsets[i]..offsets[i + 1]`.
    pub fn identifiers(&self, text: &[u8], offsets: &[i32]) -> Vec<(usize, Match)> {
        let mut found = Vec::new();
        let (mut at, mut value) = (offsets.first().copied().unwrap_or(0) as usize, 0);
        while let Some(next) = self.identifier.find_at(text, at) {
            value += offsets[value..].partition_point(|offset| *offset as usize <= next.start()).saturating_sub(1);
            let Some(end) = offsets.get(value + 1).map(|end| *end as usize) else { break };
            let start = offsets[value] as usize;
            if next.end() <= end {
                found.push((value, rank(next.start(), next.end(), start, end)));
                at = end;
            } else {
                // It reaches into the next value: only what begins later counts.
                at = next.start() + 1;
            }
        }
        found
    }

    /// Whether this is the text itself, letter for letter.
    pub fn is(&self, value: &str) -> bool {
        self.text == value
    }

    /// Where the part of a name from `start` on ends that the letters are the sound of. A character is heard whole, by its
    /// initial (`z` or `zh`), or, the last one, as far as it is typed.
    fn heard(&self, characters: &[char], start: usize) -> Option<usize> {
        let mut dead = vec![false; (characters.len() - start + 1) * (self.name.len() + 1)];
        self.heard_from(characters, (start, start), 0, &mut dead)
    }

    fn heard_from(
        &self,
        characters: &[char],
        (start, at): (usize, usize),
        done: usize,
        dead: &mut [bool],
    ) -> Option<usize> {
        let rest = &self.name[done..];
        if rest.is_empty() {
            return Some(at);
        }
        let character = *characters.get(at)?;
        let place = (at - start) * (self.name.len() + 1) + done;
        if dead[place] {
            return None;
        }
        for used in steps(character, rest) {
            if let Some(end) = self.heard_from(characters, (start, at + 1), done + used, dead) {
                return Some(end);
            }
        }
        dead[place] = true;
        None
    }
}

fn rank(from: usize, to: usize, start: usize, end: usize) -> Match {
    match (from == start, to == end) {
        (true, true) => Match::Exact,
        (true, false) => Match::Begins,
        _ => Match::Contains,
    }
}

/// How many of the letters a character may take, the most first.
fn steps(character: char, rest: &[char]) -> Vec<usize> {
    if rest[0] == character {
        return vec![1];
    }
    let mut lengths = Vec::new();
    for reading in character.to_pinyin_multi().into_iter().flatten() {
        let reading = reading.plain();
        let alike = reading.chars().zip(rest).take_while(|(sound, letter)| sounds_like(*sound, **letter)).count();
        if alike == reading.chars().count() || alike == rest.len() {
            lengths.push(alike);
        }
        if alike >= 2 && reading.as_bytes().get(1) == Some(&b'h') {
            lengths.push(2);
        }
        if alike >= 1 {
            lengths.push(1);
        }
    }
    lengths.sort_unstable_by_key(|length| std::cmp::Reverse(*length));
    lengths.dedup();
    lengths
}

/// Whether a letter is typed for a sound: keyboards have no ü.
fn sounds_like(sound: char, letter: char) -> bool {
    sound == letter || (matches!(sound, 'ü' | 'v') && matches!(letter, 'ü' | 'v' | 'u'))
}

/// Small letters, without spaces and the marks that stand between syllables and parts of a name.
fn folded(text: &str) -> Vec<char> {
    let between = |character: &char| character.is_whitespace() || matches!(character, '\'' | '’' | '·');
    text.chars().flat_map(char::to_lowercase).filter(|character| !between(character)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(query: &str, name: &str) -> Option<Match> {
        Needle::new(query).unwrap().name(name)
    }

    #[test]
    fn names_are_found_by_characters_sounds_and_initials() {
        for whole in ["zhangsan", "zs", "zhs", "zhangs", "zsan", "ZHANG san", "zhang'san", "zhangsa"] {
            assert_eq!(named(whole, "张三"), Some(Match::SoundsWhole), "{whole}");
        }
        assert_eq!(named("张三", "张三"), Some(Match::Exact));
        assert_eq!(named("张", "张三"), Some(Match::Begins));
        assert_eq!(named("三", "张三"), Some(Match::Contains));
        for beginning in ["z", "zh", "zhang", "zha"] {
            assert_eq!(named(beginning, "张三"), Some(Match::Sounds), "{beginning}");
        }
        assert_eq!(named("san", "张三"), Some(Match::SoundsWithin));
        for not in ["zhangsi", "zhangsanfeng", "angsan", "13", "李"] {
            assert_eq!(named(not, "张三"), None, "{not}");
        }
    }

    #[test]
    fn any_reading_of_a_character_counts() {
        for (query, name) in [("shanxiong", "单雄"), ("danxiong", "单雄"), ("zengyi", "曾一"), ("cengyi", "曾一")]
        {
            assert_eq!(named(query, name), Some(Match::SoundsWhole), "{query}");
        }
        for query in ["lvbu", "lubu", "lübu", "lb"] {
            assert_eq!(named(query, "吕布"), Some(Match::SoundsWhole), "{query}");
        }
        assert_eq!(named("xian", "西安"), Some(Match::SoundsWhole));
        assert_eq!(named("xian", "先生"), Some(Match::Sounds));
        assert_eq!(named("alidawu", "阿里·达吾"), Some(Match::SoundsWhole));
    }

    #[test]
    fn names_in_letters_are_found_by_words_and_initials() {
        assert_eq!(named("ann lee", "Ann Lee"), Some(Match::Exact));
        assert_eq!(named("al", "Ann Lee"), Some(Match::SoundsWhole));
        assert_eq!(named("ann", "Ann Lee"), Some(Match::Begins));
        assert_eq!(named("lee", "Ann Lee"), Some(Match::Contains));
        assert_eq!(named("vip张", "VIP张"), Some(Match::Exact));
        assert_eq!(named("vipz", "VIP张"), Some(Match::SoundsWhole));
    }

    #[test]
    fn identifiers_are_found_by_a_part_of_one_and_never_across_two() {
        let values = ["user_0042", "USER_0043", "x", "0042user_"];
        let text: Vec<u8> = values.concat().into_bytes();
        let mut offsets = vec![0i32];
        values.iter().for_each(|value| offsets.push(offsets.last().unwrap() + value.len() as i32));
        let queries = ["user_0042", "User_004", "42", "3x", "x", "r_", "u", "2u", "2U", "0", "zz", "."];
        for query in queries {
            let needle = Needle::new(query).unwrap();
            let one_by_one: Vec<(usize, Match)> =
                values.iter().enumerate().filter_map(|(i, value)| Some((i, needle.identifier(value)?))).collect();
            assert_eq!(needle.identifiers(&text, &offsets), one_by_one, "{query}");
        }
        let needle = Needle::new("USER_0042").unwrap();
        assert_eq!(needle.identifier("user_0042"), Some(Match::Exact));
        assert!(!needle.is("user_0042") && needle.is("USER_0042"));
        assert!(Needle::new(" ").is_none() && Needle::new(&"x".repeat(FIND_CHARS_MAX + 1)).is_none());
    }
}
