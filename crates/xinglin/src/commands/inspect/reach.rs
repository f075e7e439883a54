//! `xinglin inspect reach`: is A allowed to reach B, and by which rule.

use anyhow::anyhow;
use serde_json::json;
use xinglin_core::{Clock as _, SystemClock, Timestamp};
use xinglin_inspect::{
    Family,
    network::policies_of,
    policy::{self, Action, Answer, Part, Question, RuleSet, Verdict, Zones},
};

use crate::{
    cli::ReachArgs,
    commands::{Failure, Outcome},
    printer::Printer,
};

pub(super) fn run(args: &ReachArgs, printer: &mut Printer) -> Result<Outcome, Failure> {
    let bundle = super::files::gather(Family::Network, &args.files)?;
    let facts = bundle.collect().facts;
    let policies = policies_of(&facts).map_err(Failure::internal)?;
    let sets: Vec<RuleSet> = policies.into_iter().map(|policy| policy.rule_set).collect();
    if sets.is_empty() {
        let problem = anyhow!("no policies were found in these files");
        return Err(Failure::input(problem));
    }
    let zone = |zone: &Option<String>| zone.iter().cloned().collect::<Vec<_>>();
    let question = Question {
        from: zone(&args.from_zone),
        to: zone(&args.to_zone),
        sources: policy::addresses(&args.from).map_err(Failure::input)?,
        destinations: policy::addresses(&args.to).map_err(Failure::input)?,
        services: policy::services(&args.service).map_err(Failure::input)?,
    };
    let asked = asked(args, &sets)?;
    let answer = policy::reach(&asked, &question, today(SystemClock.now()));
    if args.json {
        let names: Vec<&str> = asked.iter().map(|set| set.name.as_str()).collect();
        let document = json!({"policies": names, "question": question, "answer": answer});
        printer.json(&document).map_err(Failure::internal)?;
    } else {
        tell(&answer, printer).map_err(Failure::internal)?;
    }
    Ok(match answer.verdict {
        Verdict::Denied => Outcome::No,
        Verdict::Permitted | Verdict::Partly | Verdict::Unanswered => Outcome::Done,
    })
}

fn today(now: Timestamp) -> jiff::civil::Date {
    now.to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// The policies on the way: that which is named, those between two zones, or else the only one.
fn asked<'a>(args: &ReachArgs, sets: &'a [RuleSet]) -> Result<Vec<&'a RuleSet>, Failure> {
    let names: Vec<&str> = sets.iter().map(|set| set.name.as_str()).collect();
    if let Some(name) = &args.policy {
        let found = sets.iter().find(|set| set.name == *name);
        let set = found.ok_or_else(|| {
            let known = names.join(", ");
            Failure::input(anyhow!("--policy '{name}': expected one of {known}"))
        })?;
        return Ok(vec![set]);
    }
    if let (Some(from), Some(to)) = (&args.from_zone, &args.to_zone) {
        return Ok(policy::on_the_way(sets, from, to));
    }
    match sets {
        [set] => Ok(vec![set]),
        _ => Err(Failure::input(anyhow!(
            "give --from-zone and --to-zone, or --policy with one of {}",
            names.join(", ")
        ))),
    }
}

fn tell(answer: &Answer, printer: &mut Printer) -> std::io::Result<()> {
    let verdict = match answer.verdict {
        Verdict::Permitted => "允许 permitted",
        Verdict::Partly => "部分允许 partly permitted",
        Verdict::Denied => "拒绝 denied",
        Verdict::Unanswered => "无法回答 cannot be answered",
    };
    printer.line(verdict)?;
    for part in &answer.parts {
        printer.line(&format!("  {}", line(part)))?;
    }
    if !answer.is_complete {
        printer.note("the question is too wide: not all parts are listed");
    }
    Ok(())
}

fn line(part: &Part) -> String {
    let packets = &part.packets;
    let action = match part.action {
        Action::Permit => "permit",
        Action::Deny => "deny",
    };
    let rules: Vec<String> = part
        .decisions
        .iter()
        .map(|decision| match &decision.rule {
            Some(rule) => match rule.lines {
                Some((first, _)) => format!("{} {} (line {first})", rule.rule_set, rule.name),
                None => format!("{} {}", rule.rule_set, rule.name),
            },
            None => "default".to_owned(),
        })
        .collect();
    format!(
        "{action}: {}{} → {}{}, {}: {}",
        zones(&packets.from),
        list(&packets.sources),
        zones(&packets.to),
        list(&packets.destinations),
        list(&packets.services),
        rules.join("; ")
    )
}

fn zones(zones: &Zones) -> String {
    match zones {
        Zones::Any => String::new(),
        Zones::Only(names) => format!("[{}] ", names.join(" ")),
        Zones::AllBut(names) => format!("[not {}] ", names.join(" ")),
    }
}

fn list<T: std::fmt::Display>(items: &[T]) -> String {
    let texts: Vec<String> = items.iter().map(ToString::to_string).collect();
    texts.join(" ")
}
