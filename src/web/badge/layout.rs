//! The card on paper: CR80, front and back, one to a page or ten to a sheet with the backs mirrored for printing on both
//! sides.

use super::card::{Card, House};
use crate::error::Result;
use crate::types::long_date;
use crate::web::pdf::{A4, Area, Colour, Document, Page, Text};

/// The size of a card, in millimetres.
const CARD: (f32, f32) = (85.6, 54.0);
const COLUMNS: usize = 2;
const ROWS: usize = 5;
/// Cards of a sheet.
const SHEET: usize = COLUMNS * ROWS;

/// The colour of a role; its words are always beside it.
fn role_colour(role: &str) -> Colour {
    match role {
        "taxi_phv_driver" => Colour(0x1d, 0x5f, 0xa0),
        "pcv_driver" => Colour(0x4c, 0x2c, 0x92),
        "minibus_driver" => Colour(0x00, 0x65, 0x38),
        "passenger_assistant" => Colour(0x9c, 0x3d, 0x0c),
        "depot_supervisor" => Colour(0x0f, 0x5e, 0x67),
        _ => Colour(0x50, 0x5a, 0x5f),
    }
}

/// A page for each front and each back.
///
/// # Errors
/// The PDF's.
pub fn cards(house: &House, cards: &[Card]) -> Result<Vec<u8>> {
    let mut document = Document::new(&title(cards))?;
    for card in cards {
        document.page(CARD, &format!("{} front", card.number), |page| front(page, house, card, (0.0, 0.0)))?;
        document.page(CARD, &format!("{} back", card.number), |page| back(page, house, card, (0.0, 0.0)))?;
    }
    document.finish()
}

/// Sheets of ten fronts, each followed by its ten backs.
///
/// # Errors
/// The PDF's.
pub fn sheet(house: &House, cards: &[Card]) -> Result<Vec<u8>> {
    let mut document = Document::new(&title(cards))?;
    for (nth, ten) in cards.chunks(SHEET).enumerate() {
        for is_back in [false, true] {
            let label = format!("Sheet {}, {}", nth + 1, if is_back { "backs" } else { "fronts" });
            document.page(A4, &label, |page| {
                for (place, card) in ten.iter().enumerate() {
                    let at = corner(place, is_back);
                    page.section(|page| {
                        page.frame(Area::new(at.0, at.1, CARD.0, CARD.1), 0.1, Colour(0xb1, 0xb4, 0xb6))?;
                        if is_back { back(page, house, card, at) } else { front(page, house, card, at) }
                    })?;
                }
                Ok(())
            })?;
        }
    }
    document.finish()
}

fn title(cards: &[Card]) -> String {
    match cards {
        [one] => format!("Badge {}", one.number),
        _ => format!("{} badges", cards.len()),
    }
}

/// The top left of the card at `place`; a back stands behind its front when the sheet is turned over its long edge.
fn corner(place: usize, is_back: bool) -> (f32, f32) {
    let (row, column) = (place / COLUMNS, place % COLUMNS);
    let column = if is_back { COLUMNS - 1 - column } else { column };
    let margin = |page: f32, card: f32, count: usize| (page - card * count as f32) / 2.0;
    (margin(A4.0, CARD.0, COLUMNS) + CARD.0 * column as f32, margin(A4.1, CARD.1, ROWS) + CARD.1 * row as f32)
}

fn front(page: &mut Page<'_>, house: &House, card: &Card, (left, top): (f32, f32)) -> Result<()> {
    let area = |x: f32, y: f32, width: f32, height: f32| Area::new(left + x, top + y, width, height);
    page.rectangle(area(0.1, 0.1, CARD.0 - 0.2, 9.4), house.colour)?;
    page.paragraph(
        &Text::new(&house.council, area(4.0, 2.7, 77.6, 5.0), 11.0).bold().shrink_to(7.0).colour(Colour::WHITE),
    )?;
    let frame = area(4.0, 12.5, 24.5, 31.5);
    match &card.photo {
        Some(jpeg) => page.image(frame, jpeg.clone(), "Photograph of the badge holder")?,
        None => {
            page.frame(frame, 0.3, Colour::GREY)?;
            let inside = area(5.0, 24.0, 22.5, 10.0);
            page.paragraph(&Text::new("No photo: not valid as proof of identity", inside, 7.0).centre())?;
        }
    }
    page.heading(1, &Text::new(&card.name, area(31.5, 12.0, 50.1, 13.5), 15.0).bold().shrink_to(11.0))?;
    page.rectangle(area(31.5, 26.3, 50.1, 7.6), role_colour(&card.role))?;
    let role = Text::new(&card.role_title, area(33.0, 28.0, 47.1, 5.0), 11.0).bold().shrink_to(7.0);
    page.paragraph(&role.colour(Colour::WHITE))?;
    page.paragraph(&Text::new(&card.firm, area(31.5, 35.6, 50.1, 8.6), 10.0).shrink_to(8.0))?;
    page.paragraph(&Text::new("Badge number", area(4.0, 45.0, 24.5, 3.0), 6.5).colour(Colour::GREY))?;
    page.paragraph(&Text::new(&card.number, area(4.0, 47.3, 26.0, 5.0), 11.0).bold().shrink_to(7.0))?;
    page.paragraph(&Text::new("Expires", area(31.5, 45.0, 50.1, 3.0), 6.5).colour(Colour::GREY))?;
    let expires = long_date(card.expires_on);
    page.paragraph(&Text::new(&expires, area(31.5, 47.3, 50.1, 5.0), 11.0).bold())?;
    page.rectangle(area(0.1, 52.6, CARD.0 - 0.2, 1.3), role_colour(&card.role))
}

fn back(page: &mut Page<'_>, house: &House, card: &Card, (left, top): (f32, f32)) -> Result<()> {
    let area = |x: f32, y: f32, width: f32, height: f32| Area::new(left + x, top + y, width, height);
    page.heading(1, &Text::new("Is this badge valid today?", area(44.0, 3.5, 37.6, 5.0), 9.0).bold().shrink_to(7.0))?;
    let instead = "Square code that opens the page on which this badge is checked";
    page.qr(left + 2.0, top + 2.0, 40.0, &card.link, instead)?;
    let site = house.base.split("://").last().unwrap_or_default();
    let words = format!("Scan the square, or open {site}/b and enter the number and the code.");
    page.paragraph(&Text::new(&words, area(44.0, 9.0, 38.0, 12.0), 7.5))?;
    page.paragraph(&Text::new("Badge number", area(44.0, 22.0, 38.0, 3.0), 6.5).colour(Colour::GREY))?;
    page.paragraph(&Text::new(&card.number, area(44.0, 24.4, 38.0, 6.0), 13.0).bold().shrink_to(7.0))?;
    page.paragraph(&Text::new("Code", area(44.0, 31.0, 38.0, 3.0), 6.5).colour(Colour::GREY))?;
    page.paragraph(&Text::new(&card.code, area(44.0, 33.4, 38.0, 6.0), 13.0).bold())?;
    let issued = format!("Issued {}", long_date(card.issued_on));
    page.paragraph(&Text::new(&issued, area(44.0, 39.8, 38.0, 3.0), 6.5).colour(Colour::GREY))?;
    page.rectangle(area(4.0, 43.2, 77.6, 0.2), Colour::GREY)?;
    let ring = if house.phone.is_empty() { String::new() } else { format!(" or ring {}", house.phone) };
    let found = format!(
        "This badge belongs to {} and is for the person and the contractor named on it only. If you find it, send it to: {}{ring}",
        house.council, house.address
    );
    page.paragraph(&Text::new(&found, area(4.0, 44.2, 77.6, 8.6), 7.0)).map(drop)
}
