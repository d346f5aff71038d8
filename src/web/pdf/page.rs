//! One page: what is drawn is read aloud in the order it was drawn, or is decoration and is not read at all.

use std::num::NonZeroU16;

use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::image::Image;
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, BBox, ContentTag, Node, SpanTag, Tag, TagGroup, TagKind};
use qrcode::{Color, EcLevel, QrCode};

use super::text::LEADING;
use super::{Align, POINTS, Text, face};
use crate::error::{Error, Result};

/// A box on the page, in millimetres from the top left.
#[derive(Debug, Clone, Copy, PartialEq)]
#[allow(missing_docs)]
pub struct Area {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

impl Area {
    /// A box of `width` by `height` whose top left corner is at `x`, `y`.
    pub fn new(x: f32, y: f32, width: f32, height: f32) -> Area {
        Area { x, y, width, height }
    }

    fn rect(self) -> Result<Rect> {
        Rect::from_xywh(self.x * POINTS, self.y * POINTS, self.width * POINTS, self.height * POINTS)
            .ok_or_else(|| Error::internal("a box on a PDF page without a size"))
    }
}

/// Red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

impl Colour {
    /// Black.
    pub const BLACK: Colour = Colour(0x0b, 0x0c, 0x0c);
    /// White.
    pub const WHITE: Colour = Colour(255, 255, 255);
    /// For what stands back, readable on white.
    pub const GREY: Colour = Colour(0x50, 0x5a, 0x5f);

    /// A colour written as `#1d70b8`.
    pub fn parse(words: &str) -> Option<Colour> {
        let [red, green, blue] = <[u8; 3]>::try_from(hex::decode(words.strip_prefix('#')?).ok()?).ok()?;
        Some(Colour(red, green, blue))
    }

    fn fill(self) -> Fill {
        let paint = rgb::Color::new(self.0, self.1, self.2).into();
        Fill { paint, opacity: NormalizedF32::ONE, rule: FillRule::NonZero }
    }
}

/// A page being drawn.
pub struct Page<'a> {
    surface: Surface<'a>,
    number: usize,
    open: Vec<TagGroup>,
    whole: TagGroup,
}

impl<'a> Page<'a> {
    pub(super) fn new(surface: Surface<'a>, number: usize) -> Page<'a> {
        Page { surface, number, open: Vec::new(), whole: TagGroup::new(Tag::Section) }
    }

    pub(super) fn finish(self) -> TagGroup {
        self.surface.finish();
        self.whole
    }

    fn add(&mut self, node: impl Into<Node>) {
        self.open.last_mut().unwrap_or(&mut self.whole).push(node);
    }

    /// What `draw` draws belongs together, such as one card of a sheet.
    ///
    /// # Errors
    /// Those of `draw`.
    pub fn section(&mut self, draw: impl FnOnce(&mut Page<'a>) -> Result<()>) -> Result<()> {
        self.open.push(TagGroup::new(Tag::Section));
        let drawn = draw(self);
        if let Some(group) = self.open.pop() {
            self.add(group);
        }
        drawn
    }

    /// A coloured box: decoration.
    ///
    /// # Errors
    /// A box without a size.
    pub fn rectangle(&mut self, area: Area, colour: Colour) -> Result<()> {
        let mut path = PathBuilder::new();
        path.push_rect(area.rect()?);
        self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
        self.surface.set_fill(Some(colour.fill()));
        if let Some(path) = path.finish() {
            self.surface.draw_path(&path);
        }
        self.surface.end_tagged();
        Ok(())
    }

    /// The edge of a box, `thick` millimetres inwards: decoration.
    ///
    /// # Errors
    /// A box without a size.
    pub fn frame(&mut self, area: Area, thick: f32, colour: Colour) -> Result<()> {
        let Area { x, y, width, height } = area;
        self.rectangle(Area::new(x, y, width, thick), colour)?;
        self.rectangle(Area::new(x, y + height - thick, width, thick), colour)?;
        self.rectangle(Area::new(x, y, thick, height), colour)?;
        self.rectangle(Area::new(x + width - thick, y, thick, height), colour)
    }

    /// A heading of `level`, from 1. Says how much height it took, in millimetres.
    ///
    /// # Errors
    /// A typeface is missing.
    pub fn heading(&mut self, level: u16, text: &Text<'_>) -> Result<f32> {
        let level = NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
        self.text(Tag::Hn(level, Some(face::plain(text.words))), text)
    }

    /// A paragraph. Says how much height it took, in millimetres; nothing is drawn of an empty one.
    ///
    /// # Errors
    /// A typeface is missing.
    pub fn paragraph(&mut self, text: &Text<'_>) -> Result<f32> {
        self.text(Tag::P, text)
    }

    fn text(&mut self, tag: impl Into<TagKind>, text: &Text<'_>) -> Result<f32> {
        let (size, lines) = text.laid()?;
        let mut group = TagGroup::new(tag);
        let font = text.face.font()?;
        let mut top = text.area.y * POINTS;
        self.surface.set_fill(Some(text.colour.fill()));
        for line in &lines {
            let glyphs = text.face.shape(line)?;
            let seen = text.face.width(line.trim_end())? * size;
            let slack = text.area.width * POINTS - seen;
            let left = text.area.x * POINTS
                + match text.align {
                    Align::Left => 0.0,
                    Align::Centre => slack / 2.0,
                    Align::Right => slack,
                };
            if !line.is_empty() {
                let id = self.surface.start_tagged(ContentTag::Span(SpanTag::empty()));
                let start = Point::from_xy(left, top + size * 0.96);
                self.surface.draw_glyphs(start, &glyphs, font.clone(), line, size, false);
                self.surface.end_tagged();
                group.push(id);
            }
            top += size * LEADING;
        }
        if lines.iter().any(|line| !line.is_empty()) {
            self.add(group);
        }
        Ok(lines.len() as f32 * size * LEADING / POINTS)
    }

    /// A photograph, stretched to the box, with what a reader says in its place.
    ///
    /// # Errors
    /// No JPEG; a box without a size.
    pub fn image(&mut self, area: Area, jpeg: Vec<u8>, instead: &str) -> Result<()> {
        let image = Image::from_jpeg(jpeg.into(), false).map_err(|_| Error::internal("a picture that is no JPEG"))?;
        let size = Size::from_wh(area.width * POINTS, area.height * POINTS)
            .ok_or_else(|| Error::internal("a picture without a size"))?;
        let id = self.surface.start_tagged(ContentTag::Other);
        self.surface.push_transform(&Transform::from_translate(area.x * POINTS, area.y * POINTS));
        self.surface.draw_image(image, size);
        self.surface.pop();
        self.surface.end_tagged();
        self.figure(area, instead, id)
    }

    /// A QR code of `words` with its white margin of four modules inside a square of `side` millimetres, drawn as
    /// one path, with what a reader says in its place.
    ///
    /// # Errors
    /// More words than a QR code holds.
    pub fn qr(&mut self, x: f32, y: f32, side: f32, words: &str, instead: &str) -> Result<()> {
        let code = QrCode::with_error_correction_level(words, EcLevel::M)
            .map_err(|_| Error::internal("more words than a QR code holds"))?;
        let area = Area::new(x, y, side, side);
        self.rectangle(area, Colour::WHITE)?;
        let modules = code.width();
        let step = side / (modules as f32 + 8.0);
        let mut path = PathBuilder::new();
        for (row, line) in code.to_colors().chunks(modules).enumerate() {
            let mut column = 0;
            for run in line.chunk_by(|a, b| a == b) {
                if run.first() == Some(&Color::Dark) {
                    let left = x + step * (column as f32 + 4.0);
                    let top = y + step * (row as f32 + 4.0);
                    path.push_rect(Area::new(left, top, step * run.len() as f32, step).rect()?);
                }
                column += run.len();
            }
        }
        let path = path.finish().ok_or_else(|| Error::internal("an empty QR code"))?;
        let id = self.surface.start_tagged(ContentTag::Other);
        self.surface.set_fill(Some(Colour(0, 0, 0).fill()));
        self.surface.draw_path(&path);
        self.surface.end_tagged();
        self.figure(area, instead, id)
    }

    fn figure(&mut self, area: Area, instead: &str, id: krilla::tagging::Identifier) -> Result<()> {
        let place = BBox::new(self.number, area.rect()?);
        let tag = Tag::Figure(Some(face::plain(instead))).with_bbox(Some(place));
        self.add(TagGroup::with_children(tag, vec![id.into()]));
        Ok(())
    }
}
