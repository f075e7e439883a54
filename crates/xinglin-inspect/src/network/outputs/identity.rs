//! `display version`, `show version`, `display patch-information`.

use super::value;
use crate::network::{draft::Draft, session::Section};

/// Reads model, release, patch and uptime; whether there was any of it.
pub(super) fn read(section: &Section, draft: &mut Draft) -> bool {
    let mut is_understood = false;
    for line in &section.lines {
        is_understood |= of_line(line.text.trim(), draft);
    }
    is_understood |= patch(section, draft);
    is_understood | of_ruijie(section, draft)
}

fn of_line(text: &str, draft: &mut Draft) -> bool {
    let device = &mut draft.facts.device;
    if let Some((_, rest)) = text.split_once("VRP (R) software, Version") {
        // ` 5.170 (S5720 V200R019C10SPC500)`
        let inner = rest
            .split_once('(')
            .map_or("", |(_, inner)| inner.trim_end_matches(')'));
        if let Some((series, version)) = inner.rsplit_once(' ') {
            device.os_version = Some(version.to_owned());
            device.model.get_or_insert_with(|| series.to_owned());
        }
        return true;
    }
    if let Some(rest) = text.strip_prefix("!Software Version ") {
        device
            .os_version
            .get_or_insert_with(|| rest.trim().to_owned());
        return true;
    }
    if let Some((_, rest)) = text.split_once("Comware Software, Version ") {
        let (version, release) = rest.split_once(',').unwrap_or((rest, ""));
        device.os_version = Some(version.trim().to_owned());
        let release = release.trim().split(' ').nth(1).unwrap_or_default();
        if !release.is_empty() {
            device.patch = Some(format!("R{release}"));
        }
        return true;
    }
    if let Some((_, rest)) = text.split_once("Adaptive Security Appliance Software Version ") {
        device.os_version = rest.split([' ', ',']).next().map(str::to_owned);
        return true;
    }
    if let Some(rest) = text.strip_prefix("Hardware:") {
        let model = rest.split(',').next().map(str::trim);
        device.model = model
            .filter(|model| model.starts_with("ASA"))
            .map(str::to_owned)
            .or(device.model.take());
        return device.model.is_some();
    }
    if text.starts_with("Cisco IOS") && text.contains("Version ") {
        let version = text.split_once("Version ").map_or("", |(_, rest)| rest);
        device.os_version = version.split([',', ' ']).next().map(str::to_owned);
        return true;
    }
    if let Some((_, rest)) = text.split_once("StoneOS software, Version ") {
        device.os_version = rest.split([',', ' ']).next().map(str::to_owned);
        return true;
    }
    if let Some((name, rest)) = text.split_once(" uptime is ") {
        let name = ["HUAWEI ", "Huawei ", "H3C ", "HP ", "HPE "]
            .iter()
            .find_map(|maker| name.strip_prefix(maker));
        if let Some(model) = name.and_then(|name| name.split(" Routing").next()) {
            device.model = Some(model.trim().to_owned());
        }
        let is_chassis = name.is_some() || device.uptime_days.is_none();
        if is_chassis {
            device.uptime_days = uptime(rest).or(device.uptime_days);
        }
        return true;
    }
    let mut words = text.split_whitespace();
    if words
        .next()
        .is_some_and(|word| word.eq_ignore_ascii_case("cisco"))
        && (text.contains(" processor") || text.contains("(revision"))
    {
        device.model = words.next().map(str::to_owned);
        return true;
    }
    false
}

fn patch(section: &Section, draft: &mut Draft) -> bool {
    let found = value(section, "Patch Package Version")
        .or(value(section, "Patch Version"))
        .or(value(section, "Patch version"));
    if let Some(version) = found {
        draft.facts.device.patch = Some(version.to_owned());
        return true;
    }
    let asked = section
        .command
        .as_deref()
        .is_some_and(|command| command.contains("patch"));
    if asked && (section.has("No patch") || section.has("no patch")) {
        draft.facts.device.patch = Some(String::new());
        return true;
    }
    false
}

fn of_ruijie(section: &Section, draft: &mut Draft) -> bool {
    let device = &mut draft.facts.device;
    let Some(version) = value(section, "System software version") else {
        return false;
    };
    device.os_version = version
        .split("RGOS ")
        .last()
        .map(|version| version.trim().to_owned());
    if let Some(description) = value(section, "System description") {
        let inner = description
            .split_once('(')
            .and_then(|(_, inner)| inner.split_once(')'));
        device.model = inner.map(|(model, _)| model.to_owned());
    }
    // `System uptime : 10:02:11:25`, in days, hours, minutes and seconds.
    let up = section
        .lines
        .iter()
        .find_map(|line| line.text.split_once("System uptime"));
    let days = up.and_then(|(_, rest)| {
        rest.trim_start_matches([' ', ':'])
            .split(':')
            .next()?
            .trim()
            .parse()
            .ok()
    });
    device.uptime_days = days.or(device.uptime_days);
    true
}

/// `1 year, 20 weeks, 5 days, 12 hours` → days.
fn uptime(text: &str) -> Option<u32> {
    let mut days: Option<u32> = None;
    for part in text.split(',').take(8) {
        let Some((figure, unit)) = part.trim().split_once(' ') else {
            continue;
        };
        let (Ok(figure), unit) = (figure.parse::<u32>(), unit.trim()) else {
            continue;
        };
        let length = if unit.starts_with("year") {
            365
        } else if unit.starts_with("week") {
            7
        } else {
            u32::from(unit.starts_with("day"))
        };
        days = Some(
            days.unwrap_or(0)
                .saturating_add(figure.saturating_mul(length)),
        );
    }
    days
}
