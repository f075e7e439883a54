//! Whether addresses lie within others.

use super::{model::Version, ranges::Ranges, rule::AddressRange};

/// Those of `ranges` that do not lie wholly within `allowed`.
pub fn outside(ranges: &[AddressRange], allowed: &[AddressRange]) -> Vec<AddressRange> {
    let allowed: Vec<(Version, Ranges)> = Version::BOTH
        .into_iter()
        .map(|version| (version, version.numbers(allowed)))
        .collect();
    let is_inside = |range: &AddressRange| {
        allowed.iter().any(|(version, allowed)| {
            let numbers = version.numbers(&[*range]);
            !numbers.is_empty() && allowed.contains_all(&numbers)
        })
    };
    ranges
        .iter()
        .filter(|range| !is_inside(range))
        .copied()
        .collect()
}
