//! Pictures of pixels: PNG, JPEG, WebP and ICO in, a small PNG out.

use super::Unfit;
use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, imageops::FilterType, metadata::Orientation,
};
use std::io::Cursor;

/// Pixels of a side at most.
pub(crate) const WIDEST: u32 = 2048;
/// Pixels of a side of what is shown: three times the size of a tile, for screens with small pixels.
const SHOWN: u32 = 132;
/// What decoding may take: a picture of the largest size, twice.
const MEMORY: u64 = 2 * 4 * (WIDEST as u64) * (WIDEST as u64);

/// What the first bytes say.
pub(crate) fn form(bytes: &[u8]) -> Option<ImageFormat> {
    let known = [
        (ImageFormat::Png, bytes.starts_with(b"\x89PNG\r\n\x1a\n")),
        (ImageFormat::Jpeg, bytes.starts_with(b"\xff\xd8\xff")),
        (ImageFormat::WebP, bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP")),
        (ImageFormat::Ico, bytes.starts_with(b"\0\0\x01\0")),
    ];
    known.into_iter().find(|(_, is)| *is).map(|(form, _)| form)
}

/// The picture no larger than it is shown, as PNG, the right way up.
pub(crate) fn made_small(bytes: &[u8], form: ImageFormat) -> Result<Vec<u8>, Unfit> {
    let broken = || Unfit::Broken(name(form));
    // Their decoders look at what is inside without a limit.
    match form {
        ImageFormat::WebP => chunks(bytes.get(12..).unwrap_or_default(), Of::File)?,
        ImageFormat::Ico => {
            if let Some(inner) = largest_png(bytes) {
                return made_small(inner, ImageFormat::Png);
            }
        }
        _ => {}
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), form);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| broken())?;
    let (width, height) = decoder.dimensions();
    if width > WIDEST || height > WIDEST {
        return Err(Unfit::TooWide);
    }
    if width == 0 || height == 0 {
        return Err(broken());
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| broken())?;
    picture.apply_orientation(orientation);
    if width > SHOWN || height > SHOWN {
        picture = picture.resize(SHOWN, SHOWN, FilterType::Lanczos3);
    }
    let mut written = Cursor::new(Vec::new());
    // Without what the decoder may have kept beside the pixels, such as a profile of colours.
    DynamicImage::ImageRgba8(picture.into_rgba8()).write_to(&mut written, ImageFormat::Png).map_err(|_| broken())?;
    Ok(written.into_inner())
}

/// Whose chunks are looked through.
#[derive(Clone, Copy, PartialEq)]
enum Of {
    File,
    Frame,
}

/// Looks through the chunks of a WebP (RFC 9649 §2.7): one that holds a frame of too many pixels is refused, whatever its
/// head says. A frame that holds frames is none, so that nobody chooses how deep this goes.
fn chunks(mut left: &[u8], of: Of) -> Result<(), Unfit> {
    let broken = || Unfit::Broken(name(ImageFormat::WebP));
    while !left.is_empty() {
        let (kind, payload, rest) = chunk(left).ok_or_else(broken)?;
        match kind {
            // RFC 6386 §9.1: sides of 14 bits, after the tag and the start code.
            b"VP8 " => {
                let side = |at: usize| Some(u16::from_le_bytes(payload.get(at..at + 2)?.try_into().ok()?) & 0x3fff);
                let (width, height) = side(6).zip(side(8)).ok_or_else(broken)?;
                if u32::from(width.max(height)) > WIDEST {
                    return Err(Unfit::TooWide);
                }
            }
            b"ANMF" if of == Of::Frame => return Err(broken()),
            b"ANMF" => chunks(payload.get(16..).ok_or_else(broken)?, Of::Frame)?,
            _ => {}
        }
        left = rest;
    }
    Ok(())
}

/// The first chunk: its kind, what it holds, and what follows.
fn chunk(chunks: &[u8]) -> Option<(&[u8; 4], &[u8], &[u8])> {
    let kind = chunks.first_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(chunks.get(4..8)?.try_into().ok()?)).ok()?;
    let end = 8usize.checked_add(length)?;
    let payload = chunks.get(8..end)?;
    Some((kind, payload, chunks.get(end + length % 2..).unwrap_or_default()))
}

/// The largest picture of an ICO that is a PNG, if it holds one: each entry has 16 bytes, with size and offset at its end.
fn largest_png(bytes: &[u8]) -> Option<&[u8]> {
    let count = usize::from(u16::from_le_bytes(bytes.get(4..6)?.try_into().ok()?));
    let entries = bytes.get(6..)?.chunks_exact(16).take(count);
    let of = |entry: &[u8]| {
        let number = |at: usize| usize::try_from(u32::from_le_bytes(entry.get(at..at + 4)?.try_into().ok()?)).ok();
        let (size, offset) = (number(8)?, number(12)?);
        bytes.get(offset..offset.checked_add(size)?).filter(|inner| form(inner) == Some(ImageFormat::Png))
    };
    entries.filter_map(of).max_by_key(|inner| inner.len())
}

const fn name(form: ImageFormat) -> &'static str {
    match form {
        ImageFormat::Jpeg => "JPEG",
        ImageFormat::WebP => "WebP",
        ImageFormat::Ico => "ICO",
        _ => "PNG",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AT_MOST, icon};
    use doorstep_core::model::IconKind;
    use image::{GenericImageView, Rgba, RgbaImage};

    #[test]
    fn security_51_what_is_inside_a_webp_or_an_ico_is_bounded_too() {
        let chunk = |kind: &[u8; 4], payload: &[u8]| {
            let length = u32::try_from(payload.len()).unwrap().to_le_bytes();
            let pad = vec![0; payload.len() % 2];
            [&kind[..], &length, payload, &pad].concat()
        };
        let webp = |chunks: &[u8]| {
            let length = u32::try_from(chunks.len() + 4).unwrap().to_le_bytes();
            [&b"RIFF"[..], &length, b"WEBP", chunks].concat()
        };
        let frame =
            |side: u16| [&[0x10, 0, 0, 0x9d, 1, 0x2a][..], &side.to_le_bytes(), &side.to_le_bytes(), &[0; 8]].concat();
        let head = chunk(b"VP8X", &[0, 0, 0, 0, 15, 0, 0, 15, 0, 0]);
        let wide = chunk(b"VP8 ", &frame(16_383));
        let inside = chunk(b"ANMF", &[&[0; 16][..], &wide].concat());
        for chunks in [[head.clone(), wide].concat(), [head.clone(), inside].concat()] {
            assert_eq!(icon(&webp(&chunks)), Err(Unfit::TooWide));
        }
        assert_eq!(icon(&webp(&[&head[..], b"VP8 \xff\xff\xff\xff"].concat())), Err(Unfit::Broken("WebP")));
        // Frames within frames, as many as fit: a walk that went into each would end the process.
        let deep = (1..AT_MOST / 24).rev().map(|inner| {
            let length = u32::try_from(inner * 24 - 8).unwrap().to_le_bytes();
            [&b"ANMF"[..], &length, &[0; 16]].concat()
        });
        let deep: Vec<u8> = deep.flatten().collect();
        assert_eq!(icon(&webp(&[&head[..], &deep].concat())), Err(Unfit::Broken("WebP")));

        let bomb = |profile: usize| {
            let png = written(&picture(16, 16), ImageFormat::Png);
            [&png[..8], &png[8..33], &vec![0; profile], &png[33..]].concat()
        };
        let entry = |size: usize| {
            let size = u32::try_from(size).unwrap().to_le_bytes();
            [&[16, 16, 0, 0, 1, 0, 32, 0][..], &size, &22u32.to_le_bytes()].concat()
        };
        let good = written(&picture(16, 16), ImageFormat::Png);
        let ico = |inner: &[u8]| [&[0, 0, 1, 0, 1, 0][..], &entry(inner.len()), inner].concat();
        assert_eq!(icon(&ico(&good)).map(|icon| icon.kind), Ok(IconKind::Png));
        assert_eq!(icon(&ico(&bomb(64))), Err(Unfit::Broken("PNG")), "read by the decoder that has limits");
    }

    /// A picture that is red at the left and blue at the right.
    fn picture(width: u32, height: u32) -> DynamicImage {
        let of = |x, _| if x < width / 2 { Rgba([255, 0, 0, 255]) } else { Rgba([0, 0, 255, 255]) };
        DynamicImage::ImageRgba8(RgbaImage::from_fn(width, height, of))
    }

    fn written(picture: &DynamicImage, form: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let picture =
            if form == ImageFormat::Jpeg { DynamicImage::ImageRgb8(picture.to_rgb8()) } else { picture.clone() };
        picture.write_to(&mut bytes, form).unwrap();
        bytes.into_inner()
    }

    fn shown(bytes: &[u8]) -> DynamicImage {
        let made = icon(bytes).unwrap();
        assert_eq!(made.kind, IconKind::Png);
        assert!(made.bytes.starts_with(b"\x89PNG"));
        image::load_from_memory_with_format(&made.bytes, ImageFormat::Png).unwrap()
    }

    #[test]
    fn each_form_becomes_a_small_png_that_looks_the_same() {
        for (form, width, height, expected) in [
            (ImageFormat::Png, 16, 16, (16, 16)),
            (ImageFormat::Png, 600, 300, (132, 66)),
            (ImageFormat::Jpeg, 512, 512, (132, 132)),
            (ImageFormat::WebP, 64, 64, (64, 64)),
            (ImageFormat::Ico, 48, 48, (48, 48)),
        ] {
            let made = shown(&written(&picture(width, height), form));
            assert_eq!(made.dimensions(), expected, "{form:?}");
            let (Rgba([r, _, b, _]), Rgba([r2, _, b2, _])) = (made.get_pixel(1, 1), made.get_pixel(expected.0 - 2, 1));
            assert!(r > 200 && b < 60 && r2 < 60 && b2 > 200, "{form:?}");
        }
    }

    #[test]
    fn what_has_no_background_keeps_none() {
        let made = shown(&written(&DynamicImage::ImageRgba8(RgbaImage::new(20, 20)), ImageFormat::Png));
        assert_eq!(made.get_pixel(5, 5), Rgba([0, 0, 0, 0]));
    }

    #[test]
    fn security_51_nothing_of_the_file_but_its_pixels_is_kept() {
        let page = b"<html><script>alert(1)</script></html>";
        for form in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Ico] {
            let mut polyglot = written(&picture(40, 40), form);
            polyglot.extend_from_slice(page);
            let made = icon(&polyglot);
            let kept = |bytes: &[u8]| bytes.windows(7).any(|window| window == b"<script");
            assert!(made.as_ref().map_or(true, |made| !kept(&made.bytes)), "{form:?}: {made:?}");
        }
        // A text in a chunk of its own, as a PNG may have it.
        let mut png = written(&picture(8, 8), ImageFormat::Png);
        let chunk = [&38_u32.to_be_bytes()[..], b"tEXt", page, &[0; 4]].concat();
        png.splice(33..33, chunk);
        assert!(icon(&png).map_or(true, |made| !made.bytes.windows(4).any(|window| window == b"tEXt")));
    }

    #[test]
    fn security_51_html_that_begins_like_a_picture_is_none() {
        for (begins, name) in [
            (&b"\x89PNG\r\n\x1a\n"[..], "PNG"),
            (b"\xff\xd8\xff\xe0", "JPEG"),
            (b"RIFF\x10\0\0\0WEBP", "WebP"),
            (b"\0\0\x01\0\x01\0", "ICO"),
        ] {
            let text = [begins, b"<html><script>alert(1)</script></html>"].concat();
            assert_eq!(icon(&text), Err(Unfit::Broken(name)));
        }
        for other in [&b"GIF89a\x01\0\x01\0"[..], b"BM", b"<!doctype html><svg></svg>", b"%PDF-1.7", b"\x1f\x8b\x08"] {
            assert_eq!(icon(other), Err(Unfit::Unknown), "{other:?}");
        }
        assert_eq!(icon(b""), Err(Unfit::Empty));
    }

    #[test]
    fn a_picture_that_ends_early_is_none() {
        for form in [ImageFormat::Png, ImageFormat::WebP] {
            let whole = written(&picture(64, 64), form);
            assert_eq!(icon(&whole[..whole.len() / 2]), Err(Unfit::Broken(name(form))), "{form:?}");
        }
    }

    #[test]
    fn size_is_bounded_before_anything_is_decoded() {
        assert_eq!(icon(&vec![0; AT_MOST + 1]), Err(Unfit::TooLarge));
        for (width, height) in [(WIDEST + 1, 1), (1, WIDEST + 1)] {
            assert_eq!(icon(&written(&picture(width, height), ImageFormat::Png)), Err(Unfit::TooWide));
        }
        assert!(icon(&written(&picture(WIDEST, 4), ImageFormat::Png)).is_ok());
        // A head that promises 65,535 pixels a side, and nothing behind it.
        let mut bomb = written(&picture(8, 8), ImageFormat::Png);
        bomb[16..24].copy_from_slice(&[0, 0, 255, 255, 0, 0, 255, 255]);
        assert!(icon(&bomb).is_err());
    }
}
