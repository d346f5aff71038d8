//! The certificate of a pass, as a PDF that a reader can read aloud.

use rocket::http::ContentType;
use rocket::{Route, State, get, routes};

use crate::domain::booking::{Certificate, certificate};
use crate::error::Result;
use crate::types::{BookingId, SessionId, long_date};
use crate::web::answer::Download;
use crate::web::app::App;
use crate::web::guard::Booker;
use crate::web::pdf::{A4_WIDE, Area, Colour, Document, Text};

/// Millimetres between the lines of the sentence.
const BETWEEN: f32 = 6.0;

/// Draws it.
fn drawn(council: &str, colour: Colour, it: &Certificate) -> Result<Vec<u8>> {
    let line = |y: f32, height: f32| Area::new(30.0, y, 237.0, height);
    let when = format!("on {} at {}", long_date(it.passed_on), it.venue);
    let given = format!(
        "Given by {}{}. Trainer: {}.",
        it.provider,
        if it.accredited { ", an accredited course" } else { "" },
        it.trainer
    );
    let serves = it.serves_until.map_or_else(
        || "It serves without end.".to_owned(),
        |day| format!("It serves until {}, and has to be taken again before then.", long_date(day)),
    );
    let number = format!("Certificate {}", it.number);
    let mut document = Document::new(&format!("Certificate {}", it.number))?;
    document.page(A4_WIDE, "Certificate", |page| {
        page.frame(Area::new(12.0, 12.0, 273.0, 186.0), 1.5, colour)?;
        page.paragraph(&Text::new(council, line(30.0, 10.0), 16.0).colour(Colour::GREY).centre().shrink_to(11.0))?;
        page.heading(1, &Text::new("Certificate of training", line(44.0, 16.0), 32.0).bold().centre())?;
        page.paragraph(&Text::new("This is to certify that", line(72.0, 8.0), 14.0).centre())?;
        // Each line stands beneath the one before, however many lines a name or a course takes.
        let mut y = 82.0;
        y += BETWEEN + page.paragraph(&Text::new(&it.name, line(y, 24.0), 30.0).bold().centre().shrink_to(16.0))?;
        y += BETWEEN + page.paragraph(&Text::new("has passed", line(y, 8.0), 14.0).centre())?;
        y += BETWEEN + page.paragraph(&Text::new(&it.course, line(y, 14.0), 22.0).bold().centre().shrink_to(14.0))?;
        page.paragraph(&Text::new(&when, line(y, 8.0), 14.0).centre().shrink_to(10.0))?;
        page.paragraph(&Text::new(&given, line(158.0, 8.0), 12.0).centre().shrink_to(9.0))?;
        page.paragraph(&Text::new(&serves, line(165.0, 8.0), 12.0).centre())?;
        page.paragraph(&Text::new(&number, line(182.0, 8.0), 11.0).colour(Colour::GREY).centre()).map(drop)
    })?;
    document.finish()
}

#[get("/training/<id>/bookings/<booking>/certificate.pdf")]
async fn pdf(booker: Booker, app: &State<App>, id: SessionId, booking: BookingId) -> Result<Download> {
    let it = app.read(move |conn| certificate(conn, &booker, id, booking)).await?;
    let council = app.config.council_name.clone();
    let colour = Colour::parse(&app.config.brand_colour).unwrap_or(Colour::BLACK);
    let name = format!("certificate-{}.pdf", it.number);
    let body = app.blocking(move |_, _| drawn(&council, colour, &it)).await?;
    Ok(Download::new(&name, ContentType::PDF, body))
}

pub(super) fn routes() -> Vec<Route> {
    routes![pdf]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_drawn_for_a_name_of_any_length_and_script() {
        for name in ["Ana Ó Súilleabháin-Ђорђевић", "محمد عبد الله", &"Wolfeschlegelstein ".repeat(9)]
        {
            let it = Certificate {
                number: "T000001".into(),
                name: name.into(),
                course: "Safeguarding training (Level 1)".into(),
                provider: "The council".into(),
                accredited: true,
                trainer: "J Shah".into(),
                venue: "County Hall".into(),
                passed_on: "2026-11-20".parse().unwrap(),
                serves_until: "2029-11-20".parse().ok(),
            };
            assert!(drawn("Exampleshire County Council", Colour::BLACK, &it).unwrap().starts_with(b"%PDF"));
        }
    }
}
