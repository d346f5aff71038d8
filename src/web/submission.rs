//! Forms that write: sent once however often they are clicked, shown again with what was typed, and then the way on.

use rocket::response::{Flash, Redirect};

use crate::domain::evidence::Answers;
use crate::domain::evidence::fields::{self, Field, Input};
use crate::domain::permission::Who;
use crate::domain::submission;
use crate::error::{Error, Fault, Result};
use crate::store::Tx;
use crate::types::PersonId;
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::form::{Choice, Typed};

/// The form's one-use key.
pub const KEY: &str = "submission";

/// Where a form led, and what else to say there.
pub struct Sent {
    /// The path.
    pub to: String,
    /// A warning; empty when all is well.
    pub warning: String,
}

impl Sent {
    /// To `path`, and all is well.
    pub fn to(path: String) -> Sent {
        Sent { to: path, warning: String::new() }
    }

    /// To the person's page.
    pub fn to_person(id: PersonId) -> Sent {
        Sent::to(format!("/people/{id}"))
    }

    /// The way on, with `said` or the warning on the page it leads to.
    pub fn answer(self, said: &str) -> Answer {
        let flash = match self.warning.as_str() {
            "" => Flash::success(Redirect::to(self.to), said),
            warning => Flash::warning(Redirect::to(self.to), format!("{said}. {warning}.")),
        };
        Answer::Done(Box::new(flash))
    }
}

/// Where this form led when it was sent before; for a form whose page needs what sending it changed.
///
/// # Errors
/// The database's.
pub async fn sent_before(app: &App, who: &Who, form: &Typed) -> Result<Option<Sent>> {
    let (user, key) = (who.user, form.text(KEY).to_owned());
    let to = app.read(move |conn| submission::led_to(conn, user, &key)).await?;
    Ok(to.map(Sent::to))
}

/// Runs what a form asks for, once. The inner error is what is wrong with the form.
///
/// # Errors
/// What `work` says, but for `Invalid`.
pub async fn send(
    app: &App,
    who: &Who,
    form: &Typed,
    work: impl FnOnce(&mut Tx<'_>, &Who) -> Result<Sent> + Send + 'static,
) -> Result<Result<Sent, Vec<Fault>>> {
    let (key, who) = (form.text(KEY).to_owned(), who.clone());
    let sent = app.act_if_needed(who.user, move |tx| {
        let mut warning = String::new();
        let to = submission::once(tx, &key, |tx| {
            let sent = work(tx, &who)?;
            warning = sent.warning;
            Ok(sent.to)
        })?;
        Ok(Sent { to, warning })
    });
    match sent.await {
        Ok(sent) => Ok(Ok(sent)),
        Err(Error::Invalid(faults)) => Ok(Err(faults)),
        Err(other) => Err(other),
    }
}

/// As [`send`], for a form that is a button and has nothing to be wrong with.
///
/// # Errors
/// What `work` says.
pub async fn press(
    app: &App,
    who: &Who,
    form: &Typed,
    work: impl FnOnce(&mut Tx<'_>, &Who) -> Result<Sent> + Send + 'static,
) -> Result<Sent> {
    send(app, who, form, work).await?.map_err(Error::Invalid)
}

/// A field as its template shows it.
pub struct Shown {
    /// Its name.
    pub name: &'static str,
    /// Its label.
    pub label: &'static str,
    /// A line beneath.
    pub hint: &'static str,
    /// Which of the components: `line`, `paragraph`, `date`, `radios`, `select` or `checkboxes`.
    pub part: &'static str,
    /// Its options.
    pub choices: Vec<Choice>,
}

/// The fields as a template shows them.
pub fn shown(fields: &[Field]) -> Vec<Shown> {
    let show = |field: &Field| {
        let (part, picks) = match &field.input {
            Input::Line(_) | Input::Codes => ("line", None),
            Input::Paragraph => ("paragraph", None),
            Input::Past | Input::Day => ("date", None),
            Input::One(picks) if picks.len() > 6 => ("select", Some(picks)),
            Input::One(picks) => ("radios", Some(picks)),
            Input::Many(picks) => ("checkboxes", Some(picks)),
        };
        let choice = |pick: &fields::Pick| Choice::new(&pick.value, pick.text.clone());
        let choices = picks.map(|picks| picks.iter().map(choice).collect()).unwrap_or_default();
        Shown { name: field.name, label: field.label, hint: field.hint, part, choices }
    };
    fields.iter().map(show).collect()
}

/// What was typed into `fields`. A date that is none is refused in the form.
pub fn answers(form: &mut Typed, fields: &[Field]) -> Answers {
    fields.iter().fold(Answers::default(), |answers, field| match field.input {
        Input::Past | Input::Day => {
            let day = form.may_date(field.name, &field.noun());
            answers.with_day(field.name, day)
        }
        Input::Codes => {
            let codes = form.text(field.name).split([',', ';', ' ', '\n']).map(str::to_owned);
            answers.with_many(field.name, codes)
        }
        Input::Many(_) => answers.with_many(field.name, form.list(field.name)),
        Input::Line(_) | Input::Paragraph | Input::One(_) => answers.with(field.name, form.text(field.name)),
    })
}

/// A form filled in with `answers`.
pub fn filled(fields: &[Field], answers: &Answers) -> Typed {
    fields.iter().fold(Typed::default(), |form, field| match field.input {
        Input::Past | Input::Day => form.with_date(field.name, answers.day(field.name)),
        Input::Codes => form.with(field.name, answers.many(field.name).join(", ")),
        Input::Many(_) => answers.many(field.name).iter().fold(form, |form, text| form.with(field.name, text)),
        Input::Line(_) | Input::Paragraph | Input::One(_) => form.with(field.name, answers.text(field.name)),
    })
}

/// Adds what else is wrong with the fields to a form in which some date is none: nothing is tried then.
pub fn refuse_rest(form: &mut Typed, fields: &[Field], answers: &Answers, today: chrono::NaiveDate) {
    let rest = fields::check(fields, answers, today);
    let rest: Vec<Fault> = rest.into_iter().filter(|fault| form.fault(&fault.field).is_none()).collect();
    form.refuse_all(rest);
}
