//! What `systeminfo` prints, as far as no language changes it.

/// What `systeminfo` says in every language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemInfo {
    /// The first value: the computer's name.
    pub name: Option<String>,
    /// The product, as it calls itself.
    pub product: String,
    /// The build.
    pub build: i64,
    /// Updates by number, such as `KB5013625`.
    pub updates: Vec<String>,
}

/// Reads it; `None` when it is something else.
pub fn parse_systeminfo(text: &str) -> Option<SystemInfo> {
    let value = |line: &str| {
        let (_, value) = line.split_once([':', '：'])?;
        Some(value.trim().to_owned())
    };
    let mut name = None;
    let mut product = None;
    let mut build = None;
    let mut updates = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let Some(value) = value(line) else {
            continue;
        };
        if name.is_none() {
            name = Some(value);
            continue;
        }
        if product.is_none() && value.starts_with("Microsoft") && value.contains("Windows") {
            product = Some(value);
        } else if build.is_none() && value.contains("Build ") {
            let digits = value.rsplit("Build ").next().unwrap_or_default();
            build = digits
                .split_whitespace()
                .next()
                .and_then(|digits| digits.parse().ok());
        } else if is_update(&value) {
            updates.push(value);
        }
    }
    Some(SystemInfo {
        name,
        product: product?,
        build: build?,
        updates,
    })
}

fn is_update(value: &str) -> bool {
    value
        .strip_prefix("KB")
        .is_some_and(|digits| digits.len() >= 6 && digits.bytes().all(|byte| byte.is_ascii_digit()))
}
