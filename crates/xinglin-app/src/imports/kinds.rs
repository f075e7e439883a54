//! The four kinds of record that come in sheets.

use std::collections::HashMap;

use serde::Serialize;
use xinglin_core::{
    AssetId, AssetState, DepartmentId, Grade, Importance, Level, ObjectType, PersonId, PersonState,
    SystemId, SystemState,
};
use xinglin_report::Cells;
use xinglin_store::{
    Read, StoreError, Tx,
    assets::{self, Asset},
    departments::{self, Department},
    people::{self, Person},
    systems::{self, System},
};

use super::{
    lookup::Lookup,
    reader::{Reader, Writer},
};

/// A kind of record that a sheet can hold.
pub(super) trait SheetRecord:
    Clone + PartialEq + Serialize + Send + Sync + Sized + 'static
{
    /// What the ledger calls one.
    const SUBJECT: &'static str;
    /// The column that may name other rows of the same file.
    const OWN_REFERENCE: Option<&'static str> = None;

    fn id(&self) -> i64;
    fn code(&self) -> &str;
    /// A record of which only the code is known; `id` is provisional.
    fn blank(id: i64, code: &str) -> Self;
    /// Takes the cells of a row.
    fn fill(&mut self, reader: &mut Reader<'_>);
    /// The cells of an export.
    fn cells(&self, lookup: &Lookup) -> Cells;
    /// Makes an accepted row known to those after it.
    fn learn(&self, _id: i64, _lookup: &mut Lookup) {}

    fn list<D: Read>(db: &D) -> impl Future<Output = Result<Vec<Self>, StoreError>> + Send;
    fn by_codes<D: Read>(
        db: &D,
        codes: &[&str],
    ) -> impl Future<Output = Result<Vec<Self>, StoreError>> + Send;
    /// Writes records by code and gives their ids.
    fn put_many(
        tx: &Tx<'_>,
        records: &[Self],
    ) -> impl Future<Output = Result<HashMap<String, i64>, StoreError>> + Send;
}

fn codes<T: SheetRecord>(records: &[T]) -> Vec<&str> {
    records.iter().map(SheetRecord::code).collect()
}

fn ids<T: SheetRecord>(records: &[T]) -> HashMap<String, i64> {
    records
        .iter()
        .map(|record| (record.code().to_owned(), record.id()))
        .collect()
}

impl SheetRecord for Department {
    const SUBJECT: &'static str = "department";
    const OWN_REFERENCE: Option<&'static str> = Some("parent");

    fn id(&self) -> i64 {
        self.id.0
    }

    fn code(&self) -> &str {
        &self.code
    }

    fn blank(id: i64, code: &str) -> Self {
        Self {
            id: DepartmentId(id),
            code: code.to_owned(),
            name: String::new(),
            parent_id: None,
            head_id: None,
        }
    }

    fn fill(&mut self, reader: &mut Reader<'_>) {
        reader.required("name", &mut self.name);
        reader.department("parent", &mut self.parent_id);
        reader.person("head", &mut self.head_id);
        if let Some(parent) = self.parent_id
            && reader.lookup.is_below(parent, self.id)
        {
            reader.refuse(
                "parent",
                "不是本部门及其下级的部门",
                "a department that is not this one and not below it",
            );
        }
    }

    fn cells(&self, lookup: &Lookup) -> Cells {
        let parent = self.parent_id.map(|id| lookup.departments.label(id));
        let head = self.head_id.map(|id| lookup.people.label(id));
        Writer::default()
            .text("code", &self.code)
            .text("name", &self.name)
            .optional("parent", parent.as_deref())
            .optional("head", head.as_deref())
            .0
    }

    fn learn(&self, id: i64, lookup: &mut Lookup) {
        let id = DepartmentId(id);
        lookup.departments.add(id, &self.code, &self.name);
        lookup.parents.insert(id, self.parent_id);
    }

    async fn list<D: Read>(db: &D) -> Result<Vec<Self>, StoreError> {
        departments::list(db).await
    }

    async fn by_codes<D: Read>(db: &D, codes: &[&str]) -> Result<Vec<Self>, StoreError> {
        departments::by_codes(db, codes).await
    }

    async fn put_many(tx: &Tx<'_>, records: &[Self]) -> Result<HashMap<String, i64>, StoreError> {
        departments::put_many(tx, records).await?;
        let written = departments::by_codes(tx.conn(), &codes(records)).await?;
        Ok(ids(&written))
    }
}

impl SheetRecord for Person {
    const SUBJECT: &'static str = "person";

    fn id(&self) -> i64 {
        self.id.0
    }

    fn code(&self) -> &str {
        &self.code
    }

    fn blank(id: i64, code: &str) -> Self {
        Self {
            id: PersonId(id),
            code: code.to_owned(),
            name: String::new(),
            department_id: None,
            post_id: None,
            phone: None,
            email: None,
            state: PersonState::Active,
        }
    }

    fn fill(&mut self, reader: &mut Reader<'_>) {
        reader.required("name", &mut self.name);
        reader.department("department", &mut self.department_id);
        reader.post("post", &mut self.post_id);
        reader.text("phone", &mut self.phone);
        reader.text("email", &mut self.email);
        reader.word("state", &mut self.state, PersonState::Active);
        if self
            .email
            .as_deref()
            .is_some_and(|email| !crate::people::is_email(email))
        {
            reader.refuse(
                "email",
                "邮箱地址，如 name@example.com",
                "an address such as name@example.com",
            );
        }
    }

    fn cells(&self, lookup: &Lookup) -> Cells {
        let department = self.department_id.map(|id| lookup.departments.label(id));
        let post = self.post_id.map(|id| lookup.posts.label(id));
        Writer::default()
            .text("code", &self.code)
            .text("name", &self.name)
            .optional("department", department.as_deref())
            .optional("post", post.as_deref())
            .optional("phone", self.phone.as_deref())
            .optional("email", self.email.as_deref())
            .choice("state", self.state.word())
            .0
    }

    async fn list<D: Read>(db: &D) -> Result<Vec<Self>, StoreError> {
        people::list(db).await
    }

    async fn by_codes<D: Read>(db: &D, codes: &[&str]) -> Result<Vec<Self>, StoreError> {
        people::by_codes(db, codes).await
    }

    async fn put_many(tx: &Tx<'_>, records: &[Self]) -> Result<HashMap<String, i64>, StoreError> {
        people::put_many(tx, records).await?;
        let written = people::by_codes(tx.conn(), &codes(records)).await?;
        Ok(ids(&written))
    }
}

impl SheetRecord for System {
    const SUBJECT: &'static str = "system";

    fn id(&self) -> i64 {
        self.id.0
    }

    fn code(&self) -> &str {
        &self.code
    }

    fn blank(id: i64, code: &str) -> Self {
        Self {
            id: SystemId(id),
            code: code.to_owned(),
            name: String::new(),
            description: None,
            grade: Grade {
                s: Level::THREE,
                a: Level::THREE,
            },
            extensions: Vec::new(),
            filing_number: None,
            graded_on: None,
            filed_on: None,
            certificate_expires_on: None,
            department_id: None,
            owner_id: None,
            state: SystemState::Operating,
        }
    }

    fn fill(&mut self, reader: &mut Reader<'_>) {
        reader.required("name", &mut self.name);
        reader.text("description", &mut self.description);
        reader.level("s_level", &mut self.grade.s);
        reader.level("a_level", &mut self.grade.a);
        reader.words("extensions", &mut self.extensions);
        reader.text("filing_number", &mut self.filing_number);
        reader.date("graded_on", &mut self.graded_on);
        reader.date("filed_on", &mut self.filed_on);
        reader.date("certificate_expires_on", &mut self.certificate_expires_on);
        reader.department("department", &mut self.department_id);
        reader.person("owner", &mut self.owner_id);
        reader.word("state", &mut self.state, SystemState::Operating);
        if !crate::systems::is_filed_in_order(self) {
            reader.refuse(
                "filed_on",
                "不早于定级日期的日期",
                "a day not before the grading",
            );
        }
    }

    fn cells(&self, lookup: &Lookup) -> Cells {
        let department = self.department_id.map(|id| lookup.departments.label(id));
        let owner = self.owner_id.map(|id| lookup.people.label(id));
        let extensions = self.extensions.iter().map(ToString::to_string).collect();
        Writer::default()
            .text("code", &self.code)
            .text("name", &self.name)
            .optional("description", self.description.as_deref())
            .choice("s_level", self.grade.s.to_string())
            .choice("a_level", self.grade.a.to_string())
            .list("extensions", extensions)
            .optional("filing_number", self.filing_number.as_deref())
            .date("graded_on", self.graded_on)
            .date("filed_on", self.filed_on)
            .date("certificate_expires_on", self.certificate_expires_on)
            .optional("department", department.as_deref())
            .optional("owner", owner.as_deref())
            .choice("state", self.state.word())
            .0
    }

    async fn list<D: Read>(db: &D) -> Result<Vec<Self>, StoreError> {
        systems::list(db).await
    }

    async fn by_codes<D: Read>(db: &D, codes: &[&str]) -> Result<Vec<Self>, StoreError> {
        systems::by_codes(db, codes).await
    }

    async fn put_many(tx: &Tx<'_>, records: &[Self]) -> Result<HashMap<String, i64>, StoreError> {
        systems::put_many(tx, records).await?;
        let written = systems::by_codes(tx.conn(), &codes(records)).await?;
        Ok(ids(&written))
    }
}

impl SheetRecord for Asset {
    const SUBJECT: &'static str = "asset";

    fn id(&self) -> i64 {
        self.id.0
    }

    fn code(&self) -> &str {
        &self.code
    }

    fn blank(id: i64, code: &str) -> Self {
        Self {
            id: AssetId(id),
            code: code.to_owned(),
            name: String::new(),
            object_type: ObjectType::ServerOs,
            system_ids: Vec::new(),
            address: None,
            location: None,
            model: None,
            version: None,
            owner_id: None,
            department_id: None,
            importance: Importance::Ordinary,
            supplier: None,
            state: AssetState::Operating,
            local_host: false,
            last_inspected_at: None,
        }
    }

    fn fill(&mut self, reader: &mut Reader<'_>) {
        reader.required("name", &mut self.name);
        reader.word("object_type", &mut self.object_type, ObjectType::ServerOs);
        reader.systems("systems", &mut self.system_ids);
        reader.text("address", &mut self.address);
        reader.text("location", &mut self.location);
        reader.text("model", &mut self.model);
        reader.text("version", &mut self.version);
        reader.person("owner", &mut self.owner_id);
        reader.department("department", &mut self.department_id);
        reader.word("importance", &mut self.importance, Importance::Ordinary);
        reader.text("supplier", &mut self.supplier);
        reader.word("state", &mut self.state, AssetState::Operating);
    }

    fn cells(&self, lookup: &Lookup) -> Cells {
        let owner = self.owner_id.map(|id| lookup.people.label(id));
        let department = self.department_id.map(|id| lookup.departments.label(id));
        let systems = self
            .system_ids
            .iter()
            .map(|id| lookup.systems.label(*id))
            .collect();
        Writer::default()
            .text("code", &self.code)
            .text("name", &self.name)
            .choice("object_type", self.object_type.word())
            .list("systems", systems)
            .optional("address", self.address.as_deref())
            .optional("location", self.location.as_deref())
            .optional("model", self.model.as_deref())
            .optional("version", self.version.as_deref())
            .optional("owner", owner.as_deref())
            .optional("department", department.as_deref())
            .choice("importance", self.importance.word())
            .optional("supplier", self.supplier.as_deref())
            .choice("state", self.state.word())
            .0
    }

    async fn list<D: Read>(db: &D) -> Result<Vec<Self>, StoreError> {
        assets::list(db).await
    }

    async fn by_codes<D: Read>(db: &D, codes: &[&str]) -> Result<Vec<Self>, StoreError> {
        assets::by_codes(db, codes).await
    }

    async fn put_many(tx: &Tx<'_>, records: &[Self]) -> Result<HashMap<String, i64>, StoreError> {
        let ids = assets::put_many(tx, records).await?;
        Ok(ids.into_iter().map(|(code, id)| (code, id.0)).collect())
    }
}
