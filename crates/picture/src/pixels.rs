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
