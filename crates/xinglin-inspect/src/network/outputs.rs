//! What devices answer to `display` and `show`, beside the configuration.

mod identity;
mod lists;
mod state;

use jiff::civil::Date;

use super::{draft::Draft, session::Section};

/// Which device it is: read before the configuration, since defaults depend on the release.
pub(crate) fn identify(section: &Section, draft: &mut Draft) -> bool {
    !section.is_of_neighbours() && identity::read(section, draft)
}

/// States and counters: read after the configuration, which they complete.
pub(crate) fn complete(section: &Section, draft: &mut Draft) -> bool {
    let mut is_understood = state::read(section, draft);
    is_understood |= lists::read(section, draft);
    is_understood
}

/// The value of a line `name : value`, its names compared without their spaces.
fn value<'a>(section: &'a Section, name: &str) -> Option<&'a str> {
    section.lines.iter().find_map(|line| {
        let (key, value) = line.text.split_once(':')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// How many days ago a day was.
fn days_since(day: Date, today: Date) -> Option<i64> {
    let span = day.until(today).ok()?;
    Some(i64::from(span.get_days()))
}
