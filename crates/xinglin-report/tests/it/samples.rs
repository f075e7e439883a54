//! An invented hospital.

// Named by its path: a benchmark includes this file too.
#[path = "samples/findings.rs"]
mod findings;

use jiff::civil::{Date, date};
use xinglin_core::{Domain, Grade, Importance, Level, ObjectType, Verdict};
use xinglin_report::{
    BudgetRow, ClassCounts, DetailedGap, DomainCounts, DomainRate, GapDocument, GapObject,
    HighRisk, MeasureRow, MetricRow, MissingAnswer, ObjectState, PhaseRow, PlanDocument, PostRow,
    Priority, Problem, ProblemKind, ProblemRow, ResultFigures, Severity, SystemScope, Templates,
};

use findings::{FINDINGS, Sample};

/// The real templates.
pub(crate) fn templates() -> Templates {
    Templates::load(&[
        (
            "plan.yaml",
            include_str!("../../../../content/templates/plan.yaml"),
        ),
        (
            "gap.yaml",
            include_str!("../../../../content/templates/gap.yaml"),
        ),
        (
            "items.yaml",
            include_str!("../../../../content/templates/items.yaml"),
        ),
        (
            "work_order.yaml",
            include_str!("../../../../content/templates/work_order.yaml"),
        ),
    ])
    .unwrap()
}

fn system() -> SystemScope {
    SystemScope {
        name: "示例医院信息系统（HIS）".to_owned(),
        grade: grade(3, 3),
        filing_number: "00000000000-00001".to_owned(),
        department: "信息科".to_owned(),
        owner: "示例甲".to_owned(),
        assets: 46,
        description: "承载门诊、住院、药品、收费等核心业务。".to_owned(),
    }
}

fn grade(s: u8, a: u8) -> Grade {
    Grade {
        s: Level::try_from(s).unwrap(),
        a: Level::try_from(a).unwrap(),
    }
}

const CLASSES: [(u32, u32, u32, u32); 10] = [
    (15, 3, 2, 2),
    (4, 2, 2, 0),
    (12, 4, 3, 1),
    (20, 6, 7, 1),
    (7, 2, 3, 0),
    (4, 1, 2, 0),
    (9, 2, 3, 0),
    (8, 2, 2, 0),
    (25, 5, 3, 1),
    (35, 7, 5, 1),
];

fn domains() -> Vec<DomainCounts> {
    Domain::ALL
        .iter()
        .zip(CLASSES)
        .map(
            |(&domain, (compliant, partial, noncompliant, not_applicable))| DomainCounts {
                domain,
                counts: ClassCounts {
                    compliant,
                    partial,
                    noncompliant,
                    not_applicable,
                    unanswered: 0,
                },
            },
        )
        .collect()
}

fn total() -> ClassCounts {
    domains()
        .iter()
        .fold(ClassCounts::default(), |sum, class| ClassCounts {
            compliant: sum.compliant + class.counts.compliant,
            partial: sum.partial + class.counts.partial,
            noncompliant: sum.noncompliant + class.counts.noncompliant,
            not_applicable: sum.not_applicable + class.counts.not_applicable,
            unanswered: 0,
        })
}

fn result() -> ResultFigures {
    let counts = total();
    ResultFigures {
        template: "2025 版测评报告模板".to_owned(),
        rate: Some(counts.rate()),
        score: None,
        conclusion: "基本符合".to_owned(),
        provisional: false,
        counts,
        hazards_found: 3,
        hazards_resolved: 1,
    }
}

fn expected() -> ResultFigures {
    let now = total();
    let counts = ClassCounts {
        compliant: now.compliant + 55,
        partial: now.partial - 30,
        noncompliant: now.noncompliant - 25,
        ..now
    };
    ResultFigures {
        rate: Some(counts.rate()),
        conclusion: "符合".to_owned(),
        counts,
        hazards_resolved: 3,
        ..result()
    }
}

/// The plan of the invented hospital.
pub(crate) fn plan(templates: &Templates) -> PlanDocument {
    let start = date(2026, 12, 1);
    PlanDocument {
        hospital: "示例市第一人民医院（虚构）".to_owned(),
        number: "示例院信〔2026〕1号".to_owned(),
        version: "V1.0（送审稿）".to_owned(),
        generated_on: date(2026, 11, 22),
        lead_department: "信息科".to_owned(),
        departments: ["信息科", "医务科", "护理部", "总务科", "采购办"]
            .map(str::to_owned)
            .to_vec(),
        systems: vec![
            system(),
            SystemScope {
                name: "示例电子病历系统（EMR）".to_owned(),
                grade: grade(3, 2),
                filing_number: String::new(),
                owner: String::new(),
                assets: 21,
                ..system()
            },
        ],
        current: result(),
        expected: expected(),
        domains: domains()
            .into_iter()
            .map(|now| DomainRate {
                now,
                expected: (now.counts.rate() + 0.25).min(1.0),
            })
            .collect(),
        problems: problems(templates),
        measures: measures(templates, start),
        phases: phases(),
        budget: budget(),
        organisation: organisation(),
        metrics: metrics(),
        starts_on: start,
        ends_on: date(2027, 5, 31),
    }
}

fn problems(templates: &Templates) -> Vec<Problem> {
    ProblemKind::ALL
        .into_iter()
        .map(|kind| Problem {
            kind,
            findings: FINDINGS
                .iter()
                .filter(|(domain, control, ..)| templates.place(*domain, control).kind == kind)
                .map(
                    |(_, control, clause, title, _, _, severity, _)| ProblemRow {
                        title: (*title).to_owned(),
                        clause: (*clause).to_owned(),
                        control: (*control).to_owned(),
                        objects: ["HIS 数据库服务器", "HIS 应用服务器一"]
                            .map(str::to_owned)
                            .to_vec(),
                        severity: *severity,
                        hazard: title.contains("高危漏洞").then(|| "A-17".to_owned()),
                    },
                )
                .collect(),
        })
        .collect()
}

fn measures(templates: &Templates, start: Date) -> Vec<MeasureRow> {
    FINDINGS
        .iter()
        .zip(0_i8..)
        .map(|((domain, control, clause, _, measure, kind, severity, cost), index)| MeasureRow {
            place: templates.place(*domain, control),
            title: format!("{control}整改"),
            measure: (*measure).to_owned(),
            clause: (*clause).to_owned(),
            kind: *kind,
            severity: *severity,
            owner: if index % 5 == 4 { String::new() } else { "示例甲".to_owned() },
            department: if domain.is_technical() { "信息科" } else { "医务科" }.to_owned(),
            starts_on: start,
            due_on: start
                .checked_add(jiff::Span::new().days(i64::from(index) * 9 + 14))
                .unwrap(),
            effort_days: (2.0, 8.0 + f64::from(index)),
            cost_cny: *cost,
            risk: "策略收紧后，接口程序、定时任务或者老旧设备可能无法登录，影响挂号和检验业务。".to_owned(),
            likelihood: if *severity == Severity::High { "中" } else { "低" }.to_owned(),
            rollback: "先在测试环境和一个科室试行，保留原配置备份；影响业务时立即恢复原配置并记录原因。".to_owned(),
        })
        .collect()
}

fn phases() -> Vec<PhaseRow> {
    let phase = |name: &str, from, to, content: &str, tasks, cost| PhaseRow {
        name: name.to_owned(),
        starts_on: from,
        ends_on: to,
        content: content.to_owned(),
        tasks,
        cost_cny: cost,
    };
    vec![
        phase(
            "紧急整改",
            date(2026, 12, 1),
            date(2026, 12, 31),
            "消除重大风险隐患，完成无需采购的加固和制度发布。",
            6,
            (0, 0),
        ),
        phase(
            "重点建设",
            date(2027, 1, 1),
            date(2027, 3, 31),
            "采购和部署堡垒机、日志平台，完成网络分区。",
            7,
            (400_000, 1_100_000),
        ),
        phase(
            "持续完善",
            date(2027, 4, 1),
            date(2027, 5, 31),
            "培训、演练、复测和验收。",
            3,
            (30_000, 60_000),
        ),
    ]
}

fn budget() -> Vec<BudgetRow> {
    let line = |item: &str, cost_cny, note: &str| BudgetRow {
        item: item.to_owned(),
        cost_cny,
        note: note.to_owned(),
    };
    vec![
        line("安全产品", (350_000, 950_000), "堡垒机、日志平台、备份扩容"),
        line("工程改造", (70_000, 170_000), "网络分区、机房门禁"),
        line("安全服务", (40_000, 90_000), "测评、测试、培训"),
    ]
}

fn organisation() -> Vec<PostRow> {
    let post = |post: &str, people: &[&str], duty: &str| PostRow {
        post: post.to_owned(),
        department: "信息科".to_owned(),
        people: people.iter().map(|name| (*name).to_owned()).collect(),
        duty: duty.to_owned(),
    };
    vec![
        post(
            "网络安全负责人",
            &["示例甲"],
            "统筹网络安全工作，审批整改方案和重大变更。",
        ),
        post(
            "系统管理员",
            &["示例乙", "示例丙"],
            "系统运行维护、账户管理、补丁和备份。",
        ),
        post(
            "安全管理员",
            &[],
            "安全策略、漏洞管理、监测与事件处置，专职。",
        ),
        post("审计管理员", &["示例丁"], "审计日志的检查与分析。"),
    ]
}

fn metrics() -> Vec<MetricRow> {
    let metric = |name: &str, before: &str, expected: &str, due: &str| MetricRow {
        name: name.to_owned(),
        before: before.to_owned(),
        expected: expected.to_owned(),
        due: due.to_owned(),
    };
    vec![
        metric("全员网络安全培训覆盖率", "0%", "≥95%", "2027-03-31"),
        metric("高危漏洞平均修复时间", "90 天", "≤15 天", "2027-02-28"),
        metric(
            "日志留存不少于六个月的设备占比",
            "40%",
            "100%",
            "2027-03-31",
        ),
    ]
}

/// The gap report of the invented hospital.
pub(crate) fn gap() -> GapDocument {
    GapDocument {
        hospital: "示例市第一人民医院（虚构）".to_owned(),
        number: String::new(),
        version: "V1.0".to_owned(),
        generated_on: date(2026, 11, 22),
        prepared_by: "信息科".to_owned(),
        system: system(),
        assessment: "2026 年度自查".to_owned(),
        started_on: date(2026, 11, 1),
        until: date(2026, 11, 20),
        objects: (1..=14)
            .map(|n| GapObject {
                name: format!("HIS 应用服务器 {n}"),
                object_type: ObjectType::ServerOs,
                importance: Importance::Critical,
                address: format!("192.0.2.{n}"),
            })
            .collect(),
        result: result(),
        domains: domains(),
        high_risks: high_risks(),
        gaps: gaps(1),
        missing: vec![MissingAnswer {
            clause: "8.1.10.6 b）".to_owned(),
            control: "网络和系统安全管理".to_owned(),
            objects: vec!["安全管理体系".to_owned()],
            needed: "提供近半年运维工作的审批单和操作记录。".to_owned(),
        }],
    }
}

fn high_risks() -> Vec<HighRisk> {
    let risk = |code: &str, is_hazard, resolved_on| HighRisk {
        code: code.to_owned(),
        title: "存在可被利用的高危漏洞".to_owned(),
        clause: "8.1.4.4 e）".to_owned(),
        is_hazard,
        objects: vec!["HIS 数据库服务器".to_owned()],
        advice: "先限制访问来源，再完成补丁测试和更新。".to_owned(),
        resolved_on,
    };
    vec![
        risk("A-17", true, None),
        risk("A-03", true, Some(date(2026, 11, 10))),
        risk("6.4.3.2", false, None),
    ]
}

/// The findings as gaps, `times` over.
pub(crate) fn gaps(times: usize) -> Vec<DetailedGap> {
    let mut sorted: Vec<&Sample> = FINDINGS.iter().collect();
    sorted.sort_by_key(|(domain, ..)| *domain);
    std::iter::repeat_n(sorted, times)
        .flatten()
        .zip(0_usize..)
        .map(
            |((domain, control, clause, title, measure, _, severity, _), index)| DetailedGap {
                domain: *domain,
                clause: (*clause).to_owned(),
                control: (*control).to_owned(),
                requirement:
                    "登录的用户应当接受身份标识和鉴别，标识唯一，鉴别信息满足复杂度要求并定期更换。"
                        .to_owned(),
                verdict: if index % 2 == 0 {
                    Verdict::Noncompliant
                } else {
                    Verdict::Partial
                },
                states: (1..=3)
                    .map(|n| ObjectState {
                        object: format!("HIS 应用服务器 {n}"),
                        verdict: Verdict::Noncompliant,
                        found: if n == 1 {
                            (*title).to_owned()
                        } else {
                            String::new()
                        },
                    })
                    .collect(),
                evidence: vec!["主机检查 2026-11-18".to_owned(), "访谈记录".to_owned()],
                gap: (*title).to_owned(),
                risk: "账户可能被猜解或者冒用，攻击者借此进入业务系统。".to_owned(),
                severity: *severity,
                advice: (*measure).to_owned(),
                owner: if index % 3 == 0 {
                    String::new()
                } else {
                    "示例甲".to_owned()
                },
                priority: match severity {
                    Severity::High => Priority::Urgent,
                    Severity::Medium => Priority::Key,
                    Severity::Low => Priority::Continuing,
                },
            },
        )
        .collect()
}
