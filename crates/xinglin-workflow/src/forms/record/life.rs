//! What can be done with a record, and what time does.

use jiff::{Timestamp, tz::TimeZone};
use xinglin_core::PersonId;

use super::{
    Approval, Record, RecordAction, RecordActor, RecordChange, RecordError, RecordState,
    StepDecision,
};
use crate::forms::{
    Form, RecordValues, Stage,
    condition::all_hold,
    people::{Decider, StepPeople},
    validate::FieldError,
};

impl Record {
    /// A new draft.
    pub fn draft(form: &Form, applicant: RecordActor, values: RecordValues, at: Timestamp) -> Self {
        Self {
            form: form.id.clone(),
            version: form.digest.clone(),
            state: RecordState::Draft,
            applicant,
            step: None,
            since: at,
            approvals: Vec::new(),
            values,
            valid_from: None,
            valid_until: None,
        }
    }

    /// The applicant hands in what the application's sections ask for. Answers of later
    /// stages that an earlier round left behind are removed. `zone` is the hospital's, for
    /// days on which validity begins and ends.
    pub fn submit(
        &mut self,
        form: &Form,
        by: RecordActor,
        at: Timestamp,
        zone: &TimeZone,
    ) -> Result<RecordChange, RecordError> {
        self.permit(form, RecordAction::Submit)?;
        if by != self.applicant {
            return Err(not_permitted(RecordAction::Submit));
        }
        let is_asked = |id: &String| {
            let mut fields = form.fields();
            !fields.any(|(stage, field)| field.id == *id && stage > Stage::Application)
        };
        let mut values = form.cleaned(&self.values);
        values.retain(|id, _| is_asked(id));
        let mut next = self.clone();
        next.values = values;
        next.approvals.clear();
        refuse_wrong(form.validate(&next.values, Stage::Application))?;
        let fields = next.values.keys().cloned().collect();
        next.go_on(form, 0, at, zone)?;
        Ok(self
            .turn_into(next, RecordAction::Submit, by, at)
            .with(fields))
    }

    /// The applicant takes it back, before it is decided.
    pub fn withdraw(
        &mut self,
        form: &Form,
        by: RecordActor,
        at: Timestamp,
    ) -> Result<RecordChange, RecordError> {
        self.permit(form, RecordAction::Withdraw)?;
        if by != self.applicant {
            return Err(not_permitted(RecordAction::Withdraw));
        }
        let next = self.ended(RecordState::Withdrawn, at);
        Ok(self.turn_into(next, RecordAction::Withdraw, by, at))
    }

    /// Who may decide the step that the record waits for. None where it waits for no step,
    /// or where nobody is left: then the register of posts has to be mended.
    pub fn deciders(&self, form: &Form, people: &StepPeople, now: Timestamp) -> Vec<Decider> {
        let step = self.step.as_deref().and_then(|id| form.step_at(id));
        let Some(step) = step.and_then(|at| form.steps.get(at)) else {
            return Vec::new();
        };
        let mut excluded: Vec<PersonId> = Vec::new();
        for approval in &self.approvals {
            excluded.push(approval.by);
            excluded.extend(approval.on_behalf_of);
        }
        if let RecordActor::Person(applicant) = self.applicant {
            excluded.push(applicant);
        }
        people.deciders(&excluded, step.delegation, now)
    }

    /// Decides the present step with yes; `values` are the answers of the step's sections.
    /// After the last step the record is approved, or valid where its time has begun.
    pub fn approve(
        &mut self,
        form: &Form,
        decision: &StepDecision<'_>,
        values: &RecordValues,
        zone: &TimeZone,
    ) -> Result<RecordChange, RecordError> {
        let (decider, at) = self.decider(form, RecordAction::Approve, decision)?;
        let mut next = self.clone();
        next.fill(form, Stage::Step(at), values)?;
        let step = next.step.clone().unwrap_or_default();
        next.approvals.push(Approval {
            step: step.clone(),
            by: decider.person,
            on_behalf_of: decider.on_behalf_of,
            at: decision.at,
        });
        next.go_on(form, at + 1, decision.at, zone)?;
        let fields = values.keys().cloned().collect();
        let by = RecordActor::Person(decider.person);
        let change = self.turn_into(next, RecordAction::Approve, by, decision.at);
        Ok(change.of(step, decider, decision.reason).with(fields))
    }

    /// Sends the application back to be changed; what was approved so far is void.
    pub fn send_back(
        &mut self,
        form: &Form,
        decision: &StepDecision<'_>,
    ) -> Result<RecordChange, RecordError> {
        let (decider, at) = self.decider(form, RecordAction::Return, decision)?;
        if let Some(step) = form.steps.get(at).filter(|step| !step.may_return) {
            return Err(RecordError::NoReturn {
                step: step.id.clone(),
            });
        }
        self.no(
            RecordAction::Return,
            RecordState::Returned,
            decider,
            decision,
        )
    }

    /// Decides the present step with no, for good.
    pub fn refuse(
        &mut self,
        form: &Form,
        decision: &StepDecision<'_>,
    ) -> Result<RecordChange, RecordError> {
        let (decider, _) = self.decider(form, RecordAction::Refuse, decision)?;
        self.no(
            RecordAction::Refuse,
            RecordState::Refused,
            decider,
            decision,
        )
    }

    /// Ends what was approved before its time; who may is for the use case.
    pub fn revoke(
        &mut self,
        form: &Form,
        by: RecordActor,
        reason: &str,
        at: Timestamp,
    ) -> Result<RecordChange, RecordError> {
        self.permit(form, RecordAction::Revoke)?;
        let reason = needed(RecordAction::Revoke, reason)?;
        let mut next = self.ended(RecordState::Revoked, at);
        next.valid_until = Some(at);
        let mut change = self.turn_into(next, RecordAction::Revoke, by, at);
        change.reason = reason;
        Ok(change)
    }

    /// Writes down what was done. `permitted` are the people that the form's closing names;
    /// a record whose form asks for nothing is closed only while it is valid.
    pub fn close(
        &mut self,
        form: &Form,
        by: PersonId,
        permitted: &[PersonId],
        values: &RecordValues,
        at: Timestamp,
    ) -> Result<RecordChange, RecordError> {
        self.permit(form, RecordAction::Close)?;
        if !permitted.contains(&by) {
            return Err(not_permitted(RecordAction::Close));
        }
        let mut next = self.ended(RecordState::Closed, at);
        next.fill(form, Stage::Closing, values)?;
        let by = RecordActor::Person(by);
        let fields = values.keys().cloned().collect();
        Ok(self
            .turn_into(next, RecordAction::Close, by, at)
            .with(fields))
    }

    /// What the time alone changes: a record that was approved begins, one that was valid
    /// expires. `None` where nothing is due at `now`. Each change stands at the moment it
    /// was due, so that a late look changes nothing; call it until `None`.
    pub fn advance(&mut self, now: Timestamp) -> Option<RecordChange> {
        let due = self.next_change().filter(|due| *due <= now)?;
        let (state, action) = match self.state {
            RecordState::Approved => (RecordState::Valid, RecordAction::Begin),
            _ => (RecordState::Expired, RecordAction::Expire),
        };
        let next = self.ended(state, due);
        Some(self.turn_into(next, action, RecordActor::Program, due))
    }

    /// When [`Record::advance`] will have something to do.
    pub fn next_change(&self) -> Option<Timestamp> {
        match self.state {
            RecordState::Approved => self.valid_from,
            RecordState::Valid => self.valid_until,
            _ => None,
        }
    }

    /// What is possible in the present state with this form, whoever asks.
    pub fn actions(&self, form: &Form) -> Vec<RecordAction> {
        let step = self.step.as_deref().and_then(|id| form.step_at(id));
        let may_return = step
            .and_then(|at| form.steps.get(at))
            .is_some_and(|step| step.may_return);
        let mut actions = RecordAction::ALL.to_vec();
        actions.retain(|action| match action {
            RecordAction::Begin | RecordAction::Expire => false,
            RecordAction::Return => may_return && self.state.permits(*action),
            RecordAction::Close => self.may_close(form),
            action => self.state.permits(*action),
        });
        actions
    }

    fn may_close(&self, form: &Form) -> bool {
        form.has_closing() && self.state.permits(RecordAction::Close)
    }

    fn permit(&self, form: &Form, action: RecordAction) -> Result<(), RecordError> {
        if form.id != self.form || form.digest != self.version {
            return Err(RecordError::OtherForm);
        }
        let is_possible = match action {
            RecordAction::Close => self.may_close(form),
            action => self.state.permits(action),
        };
        if is_possible {
            return Ok(());
        }
        Err(RecordError::NotAllowed {
            state: self.state,
            action,
        })
    }

    /// Who decides by this decision, and the place of the step.
    fn decider(
        &self,
        form: &Form,
        action: RecordAction,
        decision: &StepDecision<'_>,
    ) -> Result<(Decider, usize), RecordError> {
        self.permit(form, action)?;
        let step = self.step.as_deref().and_then(|id| form.step_at(id));
        let at = step.ok_or(RecordError::OtherForm)?;
        let deciders = self.deciders(form, decision.people, decision.at);
        let decider = deciders.into_iter().find(|d| d.person == decision.by);
        Ok((decider.ok_or(not_permitted(action))?, at))
    }

    fn no(
        &mut self,
        action: RecordAction,
        state: RecordState,
        decider: Decider,
        decision: &StepDecision<'_>,
    ) -> Result<RecordChange, RecordError> {
        let reason = needed(action, decision.reason)?;
        let step = self.step.clone().unwrap_or_default();
        let mut next = self.ended(state, decision.at);
        next.approvals.clear();
        let by = RecordActor::Person(decider.person);
        let change = self.turn_into(next, action, by, decision.at);
        Ok(change.of(step, decider, &reason))
    }

    /// Takes the answers of one stage; those of other stages stay as they are.
    fn fill(
        &mut self,
        form: &Form,
        stage: Stage,
        values: &RecordValues,
    ) -> Result<(), RecordError> {
        let is_asked = |id: &String| {
            let mut fields = form.fields();
            fields.any(|(at, field)| at == stage && field.id == *id)
        };
        let foreign = values.keys().filter(|id| !is_asked(id));
        let foreign: Vec<FieldError> = foreign.map(|id| FieldError::unknown(id)).collect();
        refuse_wrong(foreign)?;
        self.values.extend(values.clone());
        self.values = form.cleaned(&self.values);
        refuse_wrong(form.validate(&self.values, stage))
    }

    /// Waits for the first step from `from` that is needed; where there is none, the record
    /// is approved.
    fn go_on(
        &mut self,
        form: &Form,
        from: usize,
        at: Timestamp,
        zone: &TimeZone,
    ) -> Result<(), RecordError> {
        self.since = at;
        let needed = (from..form.steps.len()).find(|step| !form.is_skipped(*step, &self.values));
        if let Some(step) = needed.and_then(|step| form.steps.get(step)) {
            self.state = RecordState::Pending;
            self.step = Some(step.id.clone());
            return Ok(());
        }
        let (begins, ends) = form.window(&self.values, at, zone);
        if ends.is_some_and(|end| end <= at) {
            return Err(RecordError::WindowPassed);
        }
        self.step = None;
        self.valid_from = Some(begins);
        self.valid_until = ends;
        self.state = if begins > at {
            RecordState::Approved
        } else {
            RecordState::Valid
        };
        Ok(())
    }

    fn ended(&self, state: RecordState, at: Timestamp) -> Self {
        Self {
            state,
            step: None,
            since: at,
            ..self.clone()
        }
    }

    fn turn_into(
        &mut self,
        next: Self,
        action: RecordAction,
        by: RecordActor,
        at: Timestamp,
    ) -> RecordChange {
        let change = RecordChange {
            action,
            from: self.state,
            to: next.state,
            step: None,
            by,
            on_behalf_of: None,
            at,
            reason: String::new(),
            fields: Vec::new(),
        };
        *self = next;
        change
    }
}

impl Form {
    /// Whether the step at a place is left out for what was filled in.
    pub fn is_skipped(&self, step: usize, values: &RecordValues) -> bool {
        let step = self.steps.get(step);
        step.is_some_and(|step| !step.skip.is_empty() && all_hold(&step.skip, values))
    }
}

impl RecordChange {
    fn with(mut self, fields: Vec<String>) -> Self {
        self.fields = fields;
        self
    }

    fn of(mut self, step: String, decider: Decider, reason: &str) -> Self {
        self.step = Some(step);
        self.on_behalf_of = decider.on_behalf_of;
        reason.trim().clone_into(&mut self.reason);
        self
    }
}

fn not_permitted(action: RecordAction) -> RecordError {
    RecordError::NotPermitted { action }
}

fn needed(action: RecordAction, reason: &str) -> Result<String, RecordError> {
    match reason.trim() {
        "" => Err(RecordError::ReasonMissing { action }),
        reason => Ok(reason.to_owned()),
    }
}

fn refuse_wrong(errors: Vec<FieldError>) -> Result<(), RecordError> {
    if errors.is_empty() {
        return Ok(());
    }
    Err(RecordError::Fields(errors))
}
