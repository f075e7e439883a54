//! Access lists and time ranges of Huawei and H3C.

use jiff::civil::Date;

use super::{
    block::Tree,
    draft::{Draft, Drafted},
    filter,
    model::PolicyKind,
};
use crate::policy::Action;

/// Reads every access list. A packet that no rule of one matches passes, as far as it filters
/// traffic; where a list limits management, its use says so.
pub(crate) fn read(tree: &Tree, draft: &mut Draft) {
    for (node, rest) in tree.all("time-range") {
        if let Some((name, words)) = rest.split_first() {
            let last = last_day(words).or_else(|| {
                let mut inner = node.children.iter();
                inner.find_map(|child| last_day(&child.words))
            });
            let known = draft.schedules.entry(name.clone()).or_default();
            *known = (*known).max(last);
        }
    }
    for (node, rest) in tree.all("acl") {
        let Some(names) = names(rest) else { continue };
        let mut drafted = Drafted::default();
        for (rule, words) in node.all("rule") {
            filter::read_rule(rule, words, &mut draft.addresses, &mut drafted);
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        draft.add_policy(PolicyKind::AccessList, &names, Action::Permit, drafted);
    }
}

/// `number 2001`, `basic name MGMT`, `name MGMT 2999`, `ipv6 advanced 3000` → what it is
/// called. Lists of link-layer addresses are none of ours.
fn names(words: &[String]) -> Option<Vec<String>> {
    let mut is_ipv6 = false;
    let mut names = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "ipv6" => is_ipv6 = true,
            "mac" | "link" | "user" | "ucl" => return None,
            "number" | "basic" | "advanced" | "advance" | "name" => {}
            "match-order" => {
                words.next();
            }
            name if name.starts_with(['4', '5']) && name.len() == 4 && is_number(name) => {
                return None;
            }
            name => names.push(name.to_owned()),
        }
    }
    if is_ipv6 {
        names = names.iter().map(|name| format!("ipv6 {name}")).collect();
    }
    (!names.is_empty()).then_some(names)
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The day after `to` in `from 08:00 2024/1/1 to 18:00 2024/6/30`, `absolute-range … to
/// 23:59:59 2024/6/30`.
pub(crate) fn last_day(words: &[String]) -> Option<Date> {
    let position = words.iter().position(|word| word == "to")?;
    words.iter().skip(position).find_map(|word| date(word))
}

/// `2024/6/30`, `06/30/2024`, `2024-06-30`.
pub(crate) fn date(text: &str) -> Option<Date> {
    let parts: Vec<i16> = text
        .split(['/', '-'])
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    let [first, second, third] = parts.as_slice() else {
        return None;
    };
    let (year, month, day) = if *first > 31 {
        (*first, *second, *third)
    } else {
        (*third, *first, *second)
    };
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// The name by which a statement such as `acl 2001 inbound` or `acl ipv6 name X` means a list.
pub(crate) fn named(words: &[String]) -> Option<String> {
    let is_ipv6 = words.first().is_some_and(|word| word == "ipv6");
    let name = words
        .iter()
        .find(|word| !matches!(word.as_str(), "ipv6" | "ipv4" | "name" | "number" | "acl"))?;
    Some(if is_ipv6 {
        format!("ipv6 {name}")
    } else {
        name.clone()
    })
}
