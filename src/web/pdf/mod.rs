//! PDFs for print and for readers alike: every document has a title and a language, everything on it is tagged
//! or marked as decoration, and nothing leaves that krilla's PDF/UA-1 validator would refuse.
//! Measures are millimetres from the top left; letters are in points.

mod face;
mod page;
mod text;

pub use face::Face;
pub use page::{Area, Colour, Page};
pub use text::{Align, Text};

use krilla::SerializeSettings;
use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::error::KrillaError;
use krilla::geom::Point;
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::tagging::TagTree;

use crate::error::{Error, Result};

/// The width and height of an A4 page, in millimetres.
pub const A4: (f32, f32) = (210.0, 297.0);

/// A4 on its side.
pub const A4_WIDE: (f32, f32) = (297.0, 210.0);

/// Points to the millimetre.
const POINTS: f32 = 72.0 / 25.4;

/// A document on its way, in English of Britain.
pub struct Document {
    inner: krilla::Document,
    title: String,
    tree: TagTree,
    outline: Outline,
    pages: usize,
}

impl Document {
    /// An empty document; the title is what a reader announces and a window shows.
    ///
    /// # Errors
    /// None that can be met: the settings go together.
    pub fn new(title: &str) -> Result<Document> {
        let configuration = ConfigurationBuilder::new()
            .with_accessibility_validator(Accessibility::UA1)
            .finish()
            .map_err(|_| Error::internal("PDF settings that do not go together"))?;
        Ok(Document {
            inner: krilla::Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() }),
            title: face::plain(title),
            tree: TagTree::new().with_lang(Some("en-GB".to_owned())),
            outline: Outline::new(),
            pages: 0,
        })
    }

    /// Adds a page of `size` millimetres, named `label` in the list of pages, and lets `draw` fill it. The order
    /// of drawing is the order of reading.
    ///
    /// # Errors
    /// Those of `draw`; a size that is none.
    pub fn page(
        &mut self,
        size: (f32, f32),
        label: &str,
        draw: impl FnOnce(&mut Page<'_>) -> Result<()>,
    ) -> Result<()> {
        let settings = PageSettings::from_wh(size.0 * POINTS, size.1 * POINTS)
            .ok_or_else(|| Error::internal("a PDF page without a size"))?;
        let mut sheet = self.inner.start_page_with(settings);
        let mut page = Page::new(sheet.surface(), self.pages);
        let drawn = draw(&mut page);
        let section = page.finish();
        sheet.finish();
        drawn?;
        self.tree.push(section);
        let top = XyzDestination::new(self.pages, Point::from_xy(0.0, 0.0));
        self.outline.push_child(OutlineNode::new(face::plain(label), top));
        self.pages += 1;
        Ok(())
    }

    /// The finished file.
    ///
    /// # Errors
    /// The validator's, as a defect: what it refuses is ours to mend.
    pub fn finish(mut self) -> Result<Vec<u8>> {
        let about = Metadata::new()
            .title(self.title)
            .language("en-GB".to_owned())
            .creator("Chaperone".to_owned())
            .producer("Chaperone".to_owned());
        self.inner.set_metadata(about);
        self.inner.set_outline(self.outline);
        self.inner.set_tag_tree(self.tree);
        self.inner.finish().map_err(|error| Error::internal(refusal(&error)))
    }
}

/// What went wrong by kind alone: the details may quote what was written on the page.
fn refusal(error: &KrillaError) -> String {
    let kind = |words: String| words.split(['(', '{']).next().unwrap_or_default().trim().to_owned();
    match error {
        KrillaError::Validation(found) => {
            let kinds: Vec<_> = found.iter().map(|(problem, _)| kind(format!("{problem:?}"))).collect();
            format!("the PDF/UA validator refused: {}", kinds.join(", "))
        }
        other => format!("the PDF could not be written: {}", kind(format!("{other:?}"))),
    }
}

#[cfg(test)]
mod tests;
