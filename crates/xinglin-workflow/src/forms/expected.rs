//! What should stand in a field, in words of both languages.

use xinglin_core::Text;

use super::field::{FormField, FormFieldType};

/// That a field must be filled in.
pub(crate) fn missing() -> Text {
    Text::new("必须填写", "to be filled in")
}

/// That there is no such field.
pub(crate) fn unknown() -> Text {
    Text::new("表单没有此项", "no such field in this form")
}

/// That a field must be empty, since it does not apply.
pub(crate) fn hidden() -> Text {
    Text::new(
        "按其他项的填写，此项不适用，应留空",
        "nothing, since it does not apply by what other fields say",
    )
}

/// That a field is filled in later.
pub(crate) fn later() -> Text {
    Text::new(
        "此项在后续环节填写，现应留空",
        "nothing yet, since it is filled in at a later step",
    )
}

/// That values of a list must differ.
pub(crate) fn repeated() -> Text {
    Text::new("各项不得重复", "each value once")
}

/// What kind of value a field takes.
pub(crate) fn kind(field: &FormField) -> Text {
    if field.is_list() {
        return list(field);
    }
    one(field.kind)
}

/// What kind one value of a list must have.
pub(crate) fn one(kind: FormFieldType) -> Text {
    match kind {
        FormFieldType::String | FormFieldType::LongText => Text::new("文字", "text"),
        FormFieldType::Number => Text::new("数值", "a number"),
        FormFieldType::Integer => Text::new("整数", "a whole number"),
        FormFieldType::Date => Text::new("日期，如 2026-03-09", "a date as 2026-03-09"),
        FormFieldType::DateTime => Text::new(
            "带时区的日期时间，如 2026-03-09T08:30:00+08:00",
            "a date and time with its offset, as 2026-03-09T08:30:00+08:00",
        ),
        FormFieldType::Boolean => Text::new("是或否", "yes or no"),
        FormFieldType::Choice | FormFieldType::Choices => {
            Text::new("所列选项之一", "one of the options")
        }
        FormFieldType::Person => Text::new("从人员中选择", "a person of the register"),
        FormFieldType::Department => Text::new("从部门中选择", "a department of the register"),
        FormFieldType::Asset => Text::new("从资产中选择", "an asset of the register"),
        FormFieldType::System => Text::new("从定级对象中选择", "a graded system of the register"),
        FormFieldType::Attachment => Text::new("上传的文件", "an uploaded file"),
        FormFieldType::Table => Text::new("一行", "a row"),
    }
}

fn list(field: &FormField) -> Text {
    let one = one(field.kind);
    match field.kind {
        FormFieldType::Table => Text::new("若干行", "rows"),
        _ => Text::new(
            format!("一个或多个：{}", one.zh),
            format!("a list, each {}", one.en),
        ),
    }
}

/// The options of a choice.
pub(crate) fn choice(field: &FormField) -> Text {
    let zh: Vec<&str> = field.options.iter().map(|o| o.label.zh.as_str()).collect();
    let en: Vec<&str> = field.options.iter().map(|o| o.label.en.as_str()).collect();
    Text::new(
        format!("以下之一：{}", zh.join("、")),
        format!("one of: {}", en.join(", ")),
    )
}

/// The bounds of a number.
pub(crate) fn range(field: &FormField) -> Text {
    let unit = field.unit.clone().unwrap_or_default();
    let behind = if unit.en.is_empty() { "" } else { " " };
    let (zh, en) = match (field.minimum, field.maximum) {
        (Some(least), Some(most)) => (format!("{least} 至 {most}"), format!("{least} to {most}")),
        (Some(least), None) => (format!("不小于 {least}"), format!("at least {least}")),
        (None, Some(most)) => (format!("不大于 {most}"), format!("at most {most}")),
        (None, None) => ("数值".to_owned(), "a number".to_owned()),
    };
    Text::new(
        format!("{zh}{behind}{}", unit.zh),
        format!("{en}{behind}{}", unit.en),
    )
}

/// How much a text, table or list holds.
pub(crate) fn length(field: &FormField) -> Text {
    let least = field.at_least.unwrap_or(0);
    let most = field.most();
    let (zh, en) = match field.kind {
        FormFieldType::Table => ("行", "rows"),
        kind if kind.is_text() => ("个字", "characters"),
        _ => ("项", "values"),
    };
    if least == 0 {
        return Text::new(
            format!("不超过 {most} {zh}"),
            format!("at most {most} {en}"),
        );
    }
    Text::new(
        format!("{least} 至 {most} {zh}"),
        format!("{least} to {most} {en}"),
    )
}

/// That a date follows another.
pub(crate) fn order(other: &FormField) -> Text {
    Text::new(
        format!("不早于“{}”", other.label.zh),
        format!("not before '{}'", other.label.en),
    )
}

/// That something may not last longer.
pub(crate) fn duration(days: u32) -> Text {
    Text::new(
        format!("有效期最长 {days} 天"),
        format!("at most {days} days of validity"),
    )
}
