//! People: list, create, change, remove.

use std::collections::HashMap;

use serde_json::json;
use xinglin_core::{DepartmentId, PersonId, PersonState, PostId};
pub use xinglin_store::{
    Sort,
    people::{PeopleFilter, PeopleOrder, Person},
};
use xinglin_store::{people, posts};

use crate::{
    Actor, App, AppError, Code, Permission,
    change::difference,
    departments::still_referenced,
    error::{Check, tidy},
    references::{References, department_names},
};

/// What a person says of a person.
#[derive(Debug, Clone)]
pub struct PersonForm {
    /// Employee number, unique.
    pub code: String,
    /// Name.
    pub name: String,
    /// Department.
    pub department_id: Option<DepartmentId>,
    /// Post.
    pub post_id: Option<PostId>,
    /// Telephone.
    pub phone: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Whether the person still works here.
    pub state: PersonState,
}

/// A person with the names of what the record refers to.
#[derive(Debug, Clone)]
pub struct PersonRow {
    /// The person.
    pub person: Person,
    /// Name of the department.
    pub department_name: Option<String>,
    /// Name of the post.
    pub post_name: Option<String>,
}

impl PersonForm {
    fn check(self, id: PersonId) -> Result<Person, AppError> {
        let person = Person {
            id,
            code: self.code.trim().to_owned(),
            name: self.name.trim().to_owned(),
            department_id: self.department_id,
            post_id: self.post_id,
            phone: tidy(self.phone),
            email: tidy(self.email),
            state: self.state,
        };
        let mut check = Check::default();
        check_person(&person, &mut check);
        check.finish()?;
        Ok(person)
    }
}

/// Whether a text has the shape of an e-mail address.
pub(crate) fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty() && !host.is_empty() && !host.contains('@') && !text.contains(' ')
    })
}

fn check_person(person: &Person, check: &mut Check) {
    check.text("code", &person.code, 64);
    check.text("name", &person.name, 60);
    check.optional("phone", person.phone.as_deref(), 40);
    check.optional("email", person.email.as_deref(), 120);
    if let Some(email) = &person.email {
        check.expect(is_email(email), "email", email, "name@host");
    }
}

fn references(person: &Person) -> References<'_> {
    References {
        department: person.department_id,
        post: person.post_id,
        ..References::default()
    }
}

impl App {
    /// One page of people, and how many match in all.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn list_people(
        &self,
        actor: &Actor,
        filter: &PeopleFilter,
    ) -> Result<(Vec<PersonRow>, u64), AppError> {
        actor.require_sight(Permission::RecordsRead)?;
        let (people, total) = people::page(self.store().db(), filter).await?;
        Ok((self.person_rows(people).await?, total))
    }

    /// Creates a person.
    ///
    /// # Errors
    /// [`Code::InvalidInput`], [`Code::CodeTaken`], [`Code::UnknownReference`].
    pub async fn create_person(
        &self,
        actor: &Actor,
        form: PersonForm,
    ) -> Result<PersonRow, AppError> {
        actor.require(Permission::RecordsWrite)?;
        let mut person = form.check(PersonId(0))?;
        let mut change = self.change(actor).await?;
        references(&person).check(change.tx()).await?;
        person.id = people::insert(change.tx(), &person).await?;
        change.note("person.create", "person", person.id, json!(person));
        change.commit().await?;
        self.person_row(person).await
    }

    /// Changes a person.
    ///
    /// # Errors
    /// As for creating, and [`Code::NotFound`].
    pub async fn update_person(
        &self,
        actor: &Actor,
        id: PersonId,
        form: PersonForm,
    ) -> Result<PersonRow, AppError> {
        actor.require(Permission::RecordsWrite)?;
        let person = form.check(id)?;
        let mut change = self.change(actor).await?;
        let old = people::find(change.tx().conn(), id)
            .await?
            .ok_or(AppError::new(Code::NotFound))?;
        references(&person).check(change.tx()).await?;
        people::save(change.tx(), &person).await?;
        change.note("person.update", "person", id, difference(&old, &person));
        change.commit().await?;
        self.person_row(person).await
    }

    /// Removes a person whom nothing refers to.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::StillReferenced`].
    pub async fn delete_person(&self, actor: &Actor, id: PersonId) -> Result<(), AppError> {
        actor.require(Permission::RecordsWrite)?;
        let mut change = self.change(actor).await?;
        let old = people::find(change.tx().conn(), id)
            .await?
            .ok_or(AppError::new(Code::NotFound))?;
        people::delete(change.tx(), id)
            .await
            .map_err(still_referenced)?;
        change.note("person.delete", "person", id, json!(old));
        change.commit().await
    }

    async fn person_row(&self, person: Person) -> Result<PersonRow, AppError> {
        let mut rows = self.person_rows(vec![person]).await?;
        rows.pop().ok_or(AppError::new(Code::NotFound))
    }

    async fn person_rows(&self, people: Vec<Person>) -> Result<Vec<PersonRow>, AppError> {
        let db = self.store().db();
        let departments = department_names(db).await?;
        let posts: HashMap<PostId, String> = posts::list(db)
            .await?
            .into_iter()
            .map(|post| (post.id, post.name))
            .collect();
        Ok(people
            .into_iter()
            .map(|person| PersonRow {
                department_name: person
                    .department_id
                    .and_then(|id| departments.get(&id).cloned()),
                post_name: person.post_id.and_then(|id| posts.get(&id).cloned()),
                person,
            })
            .collect())
    }
}
