//! Courses: the list, the form for one, and the upload of what was completed at a screen.

mod completions;

use askama::Template;
use rocket::{Route, State, get, post, routes};

use crate::domain::course::{self, Details, Training, pounds};
use crate::domain::permission::Who;
use crate::error::Result;
use crate::store::course::{self as store, Course};
use crate::types::{CourseId, CourseMode, CourseState};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Officer;
use crate::web::page::Frame;
use crate::web::submission::{Sent, send};

struct Line {
    course: Course,
    meets: String,
    serves: String,
    roles: String,
}

impl Line {
    fn is_at_screen(&self) -> bool {
        self.course.mode == CourseMode::Elearning
    }

    fn has_ended(&self) -> bool {
        self.course.state == CourseState::Ended
    }
}

#[derive(Template)]
#[template(path = "course/list.html")]
struct List {
    frame: Frame,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "course/form.html")]
struct Form<'a> {
    frame: Frame,
    form: &'a Typed,
    title: &'static str,
    action: String,
    is_new: bool,
    modes: Vec<Choice>,
    requirements: Vec<Choice>,
    accredited: Vec<Choice>,
    states: Vec<Choice>,
}

fn line(course: Course, trainings: &[Training]) -> Line {
    let meets = trainings.iter().find(|one| one.code == course.requirement);
    Line {
        meets: meets.map_or_else(|| "Nothing the policy asks for".to_owned(), |one| one.title.clone()),
        serves: meets
            .and_then(|one| one.months)
            .map_or_else(|| "Without end".to_owned(), |months| format!("{months} months")),
        roles: meets.map_or_else(String::new, |one| one.roles.join(", ")),
        course,
    }
}

#[get("/courses")]
async fn list(_officer: Officer, app: &State<App>, frame: Frame) -> Result<Answer> {
    let today = app.clock.today();
    let (courses, trainings) = app.read(move |conn| Ok((store::all(conn)?, course::trainings(conn, today)?))).await?;
    let lines = courses.into_iter().map(|course| line(course, &trainings)).collect();
    Answer::page(&List { frame: frame.titled("Courses"), lines })
}

fn details(form: &Typed) -> Details {
    Details {
        code: form.text("code").to_owned(),
        title: form.text("title").to_owned(),
        provider: form.text("provider").to_owned(),
        accredited: form.has("accredited", "yes"),
        mode: form.value("mode"),
        requirement: form.text("requirement").to_owned(),
        joining: form.text("joining").to_owned(),
        no_show: form.text("no_show").to_owned(),
        state: form.value("state"),
    }
}

fn filled(course: &Course) -> Typed {
    let form = Typed::default()
        .with("code", &course.code)
        .with("title", &course.title)
        .with("provider", &course.provider)
        .with("mode", course.mode)
        .with("requirement", &course.requirement)
        .with("joining", &course.joining)
        .with("no_show", pounds(course.no_show_pence).trim_start_matches('£'))
        .with("state", course.state);
    if course.accredited { form.with("accredited", "yes") } else { form }
}

async fn form_page(app: &App, frame: Frame, id: Option<CourseId>, form: &Typed) -> Result<Answer> {
    let today = app.clock.today();
    let trainings = app.read(move |conn| course::trainings(conn, today)).await?;
    let asked = |one: Training| Choice::new(&one.code, one.title).hint(one.roles.join(", "));
    let title = if id.is_some() { "Change a course" } else { "Add a course" };
    let page = Form {
        frame: frame.titled(title).with_faults(form),
        form,
        title,
        action: id.map_or_else(|| "/courses/new".to_owned(), |id| format!("/courses/{id}/edit")),
        is_new: id.is_none(),
        modes: vec![
            Choice::new(CourseMode::Class, "In a room").hint("It has sessions, which people book"),
            Choice::new(CourseMode::Elearning, "At a screen").hint("Its provider sends a file of who completed it"),
        ],
        requirements: trainings.into_iter().map(asked).collect(),
        accredited: vec![Choice::new("yes", "A body accredits it")],
        states: vec![Choice::new(CourseState::Open, "It is given"), Choice::new(CourseState::Ended, "It has ended")],
    };
    Answer::form(&page, form.is_good())
}

#[get("/courses/new")]
async fn new(_officer: Officer, app: &State<App>, frame: Frame) -> Result<Answer> {
    form_page(app, frame, None, &Typed::default()).await
}

async fn save(app: &App, who: &Who, frame: Frame, id: Option<CourseId>, mut form: Typed) -> Result<Answer> {
    let new = details(&form);
    let sent = send(app, who, &form, move |tx, who| {
        match id {
            Some(id) => drop(course::change(tx, who, id, &new)?),
            None => drop(course::add(tx, who, &new)?),
        }
        Ok(Sent::to("/courses".into()))
    });
    match sent.await? {
        Ok(sent) => Ok(sent.answer("The course is saved")),
        Err(faults) => {
            form.refuse_all(faults);
            form_page(app, frame, id, &form).await
        }
    }
}

#[post("/courses/new", data = "<form>")]
async fn create(officer: Officer, app: &State<App>, frame: Frame, form: Typed) -> Result<Answer> {
    save(app, &officer, frame, None, form).await
}

#[get("/courses/<id>/edit")]
async fn edit(_officer: Officer, app: &State<App>, frame: Frame, id: CourseId) -> Result<Answer> {
    let course = app.read(move |conn| store::find(conn, id)).await?;
    form_page(app, frame, Some(id), &filled(&course)).await
}

#[post("/courses/<id>/edit", data = "<form>")]
async fn update(officer: Officer, app: &State<App>, frame: Frame, id: CourseId, form: Typed) -> Result<Answer> {
    save(app, &officer, frame, Some(id), form).await
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    [routes![list, new, create, edit, update], completions::routes()].concat()
}
