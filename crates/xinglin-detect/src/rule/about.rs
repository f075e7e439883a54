//! What rules say of themselves beyond Sigma: the other language, what they are evidence of,
//! and what answers them.
//!
//! Sigma has one language and lets everybody add keys of their own. Chinese stands in its keys,
//! English beside them in keys that end with `_en`.

use xinglin_core::Text;

use super::Meta;

/// Keys of ours besides those of Sigma.
const TITLE: &str = "title_en";
const DESCRIPTION: &str = "description_en";
const FALSE_POSITIVES: &str = "falsepositives_en";
const REQUIREMENTS: &str = "requirements";
const PLAYBOOK: &str = "playbook";
const TAG: &str = "attack.";

impl Meta {
    /// What it finds, in both languages as far as it says so.
    pub fn title_text(&self) -> Text {
        both(Some(&self.title), self.word(TITLE))
    }

    /// What it finds, at length, in both languages as far as it says so.
    pub fn description_text(&self) -> Text {
        both(self.description.as_deref(), self.word(DESCRIPTION))
    }

    /// What else may look like it, in both languages as far as it says so.
    pub fn false_positive_texts(&self) -> Vec<Text> {
        let other = self.words(FALSE_POSITIVES);
        let chinese = self.false_positives.iter().enumerate();
        let texts = chinese.map(|(place, text)| both(Some(text), other.get(place)));
        texts.collect()
    }

    /// The clauses it is evidence of, such as `8.1.4.4 f`.
    pub fn requirements(&self) -> &[String] {
        self.words(REQUIREMENTS)
    }

    /// The name of the playbook that answers it.
    pub fn playbook(&self) -> Option<&str> {
        self.word(PLAYBOOK).map(String::as_str)
    }

    /// The techniques of ATT&CK it finds, such as `T1110.003`.
    pub fn techniques(&self) -> Vec<String> {
        let tags = self.attack();
        let techniques = tags.filter(|tag| is_technique(tag));
        techniques.map(str::to_uppercase).collect()
    }

    /// The tactics of ATT&CK it belongs to, such as `credential-access`.
    pub fn tactics(&self) -> Vec<&str> {
        self.attack().filter(|tag| is_tactic(tag)).collect()
    }

    fn attack(&self) -> impl Iterator<Item = &str> {
        self.tags.iter().filter_map(|tag| tag.strip_prefix(TAG))
    }

    fn words(&self, key: &str) -> &[String] {
        self.custom.get(key).map_or(&[], Vec::as_slice)
    }

    fn word(&self, key: &str) -> Option<&String> {
        self.words(key).first().filter(|word| !word.is_empty())
    }
}

fn both(chinese: Option<&str>, english: Option<&String>) -> Text {
    let english = english.map(|text| text.trim());
    let either = chinese.or(english).unwrap_or_default();
    Text::new(chinese.unwrap_or(either), english.unwrap_or(either))
}

/// Whether a tag is one such as `t1110` or `t1110.003`.
fn is_technique(tag: &str) -> bool {
    let number = tag.strip_prefix('t').unwrap_or_default();
    let (number, part) = number.split_once('.').unwrap_or((number, "000"));
    let digits =
        |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(number, 4) && digits(part, 3)
}

/// Whether a tag is the name of a tactic: words, no numbers.
fn is_tactic(tag: &str) -> bool {
    tag.bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RuleSet;

    #[test]
    fn rules_speak_two_languages() {
        let rule = "title: 登录失败\ntitle_en: Failed logins\ndescription: 甲\ntags: [attack.t1110.003, attack.credential-access, detection.x, attack.g0032]\nfalsepositives: [乙, 丙]\nfalsepositives_en: [Second]\nrequirements: [8.1.3.3, 8.1.4.4 f]\nplaybook: stolen-account\nlogsource: {product: linux}\ndetection: {a: {b: c}, condition: a}\n";
        let mut rules = RuleSet::default();
        rules.read("a.yml", rule);
        let meta = rules.rules.first().map(|rule| rule.meta.clone());
        let meta = meta.unwrap_or_default();
        assert_eq!(meta.title_text(), Text::new("登录失败", "Failed logins"));
        assert_eq!(meta.description_text(), Text::new("甲", "甲"));
        assert_eq!(
            meta.false_positive_texts(),
            [Text::new("乙", "Second"), Text::new("丙", "丙")]
        );
        assert_eq!(meta.requirements(), ["8.1.3.3", "8.1.4.4 f"]);
        assert_eq!(meta.playbook(), Some("stolen-account"));
        assert_eq!(meta.techniques(), ["T1110.003"]);
        assert_eq!(meta.tactics(), ["credential-access"]);
    }

    #[test]
    fn a_rule_of_others_has_one_language() {
        let meta = Meta {
            title: "Clear Logs".to_owned(),
            ..Meta::default()
        };
        assert_eq!(meta.title_text(), Text::new("Clear Logs", "Clear Logs"));
        assert_eq!(meta.description_text(), Text::default());
        assert_eq!(meta.playbook(), None);
    }
}
