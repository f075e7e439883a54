//! Content files are checked when they are read.

use xinglin_core::Domain;
use xinglin_report::{Action, MeasureGroup, ProblemKind, TemplateError, Templates};

use crate::samples;

const GAP: &str = include_str!("../../../../content/templates/gap.yaml");
const ITEMS: &str = include_str!("../../../../content/templates/items.yaml");
const WORK_ORDER: &str = include_str!("../../../../content/templates/work_order.yaml");
const PLAN: &str = include_str!("../../../../content/templates/plan.yaml");

fn load(plan: &str) -> Result<Templates, TemplateError> {
    Templates::load(&[
        ("plan.yaml", plan),
        ("a/gap.yaml", GAP),
        ("items.yaml", ITEMS),
        ("work_order.yaml", WORK_ORDER),
    ])
}

#[test]
fn a_misspelt_placeholder_or_field_is_refused_with_its_name() {
    assert!(load(PLAN).is_ok());
    for (from, to) in [
        ("{hospital}的", "{hospitel}的"),
        ("figure: hazards_open\n", "figure: hazards_opened\n"),
        ("  purpose_title:", "  porpose_title:"),
        ("en: \"Background\"", "fr: \"Contexte\""),
    ] {
        let changed = PLAN.replacen(from, to, 1);
        assert_ne!(changed, PLAN, "{from}");
        let Err(error) = load(&changed) else {
            panic!("taken: {to}");
        };
        assert!(
            error.to_string().starts_with("template file 'plan.yaml'"),
            "{error}"
        );
    }
    assert!(matches!(
        Templates::load(&[("plan.yaml", PLAN)]),
        Err(TemplateError::Missing("gap.yaml"))
    ));
}

#[test]
fn requirements_have_their_place_in_the_plan() {
    let templates = samples::templates();
    for (domain, control, kind, group, action) in [
        (
            Domain::Computing,
            "入侵防范",
            ProblemKind::Vulnerabilities,
            MeasureGroup::Vulnerabilities,
            Action::Equipment,
        ),
        (
            Domain::Computing,
            "身份鉴别",
            ProblemKind::Safeguards,
            MeasureGroup::Safeguards,
            Action::Equipment,
        ),
        (
            Domain::People,
            "人员录用",
            ProblemKind::Awareness,
            MeasureGroup::Awareness,
            Action::Training,
        ),
        (
            Domain::Operation,
            "应急预案管理",
            ProblemKind::Management,
            MeasureGroup::Mechanism,
            Action::Emergency,
        ),
        (
            Domain::Operation,
            "资产管理",
            ProblemKind::Management,
            MeasureGroup::Rules,
            Action::Rules,
        ),
        (
            Domain::Organisation,
            "岗位设置",
            ProblemKind::Management,
            MeasureGroup::Mechanism,
            Action::Team,
        ),
    ] {
        let place = templates.place(domain, control);
        assert_eq!(
            (place.kind, place.group, place.action),
            (kind, group, action),
            "{control}"
        );
    }
}
