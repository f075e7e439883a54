//! Numbers of headings: 一、（一）1. in Chinese, 1 1.1 1.1.1 in English.

use xinglin_core::Lang;

use crate::document::Block;

/// A heading with its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heading {
    pub(super) level: u8,
    pub(super) text: String,
}

/// All headings in order, numbered.
pub(super) fn collect(blocks: &[Block], lang: Lang) -> Vec<Heading> {
    let mut counters = [0_u32; 3];
    let mut headings = Vec::new();
    walk(blocks, lang, &mut counters, &mut headings);
    headings
}

fn walk(blocks: &[Block], lang: Lang, counters: &mut [u32; 3], headings: &mut Vec<Heading>) {
    for block in blocks {
        match block {
            Block::Heading { level, text } => {
                let level = (*level).clamp(1, 3);
                count(counters, level);
                headings.push(Heading {
                    level,
                    text: format!("{}{text}", number(*counters, level, lang)),
                });
            }
            Block::Landscape(inner) => walk(inner, lang, counters, headings),
            _ => {}
        }
    }
}

fn count(counters: &mut [u32; 3], level: u8) {
    for (index, counter) in counters.iter_mut().enumerate() {
        match (index + 1).cmp(&usize::from(level)) {
            std::cmp::Ordering::Less => {}
            std::cmp::Ordering::Equal => *counter += 1,
            std::cmp::Ordering::Greater => *counter = 0,
        }
    }
}

fn number([chapter, section, item]: [u32; 3], level: u8, lang: Lang) -> String {
    match (lang, level) {
        (Lang::Zh, 1) => format!("{}、", chinese(chapter)),
        (Lang::Zh, 2) => format!("（{}）", chinese(section)),
        (Lang::Zh, _) => format!("{item}. "),
        (Lang::En, 1) => format!("{chapter}  "),
        (Lang::En, 2) => format!("{chapter}.{section}  "),
        (Lang::En, _) => format!("{chapter}.{section}.{item}  "),
    }
}

/// A Chinese numeral; digits from 100 on, which no document reaches.
fn chinese(number: u32) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit = |n: u32| {
        usize::try_from(n)
            .ok()
            .and_then(|n| DIGITS.get(n))
            .copied()
            .unwrap_or_default()
    };
    match number {
        0 => "〇".to_owned(),
        1..=9 => digit(number).to_owned(),
        10..=19 => format!("十{}", digit(number - 10)),
        20..=99 => format!("{}十{}", digit(number / 10), digit(number % 10)),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_numerals() {
        for (number, expected) in [
            (1, "一"),
            (9, "九"),
            (10, "十"),
            (11, "十一"),
            (20, "二十"),
            (35, "三十五"),
            (100, "100"),
        ] {
            assert_eq!(chinese(number), expected);
        }
    }

    #[test]
    fn levels_restart_under_each_other() {
        let heading = |level, text: &str| Block::Heading {
            level,
            text: text.to_owned(),
        };
        let blocks = [
            heading(1, "a"),
            heading(2, "b"),
            heading(3, "c"),
            heading(3, "d"),
            Block::Landscape(vec![heading(2, "e"), heading(3, "f")]),
            heading(1, "g"),
            heading(2, "h"),
        ];
        let texts = |lang| -> Vec<String> {
            collect(&blocks, lang)
                .into_iter()
                .map(|heading| heading.text)
                .collect()
        };
        assert_eq!(
            texts(Lang::Zh),
            [
                "一、a",
                "（一）b",
                "1. c",
                "2. d",
                "（二）e",
                "1. f",
                "二、g",
                "（一）h"
            ]
        );
        assert_eq!(
            texts(Lang::En),
            [
                "1  a", "1.1  b", "1.1.1  c", "1.1.2  d", "1.2  e", "1.2.1  f", "2  g", "2.1  h"
            ]
        );
    }
}
