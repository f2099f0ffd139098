//! The tiles of apps that have no icon: their colours are the rules' (`core::letter`), the page around them has its own.

use doorstep_core::letter::Hue;
use doorstep_web::assets;

/// WCAG 2.2 SC 1.4.3 and 1.4.11, for what stands on tiles and what they stand on, as the style has it.
#[test]
fn the_tiles_of_apps_stand_out_in_light_and_dark() {
    fn luminance(hex: &str) -> f64 {
        let digits = hex.strip_prefix('#').unwrap();
        let two = |at: usize| match digits.len() {
            3 => digits[at..=at].repeat(2),
            _ => digits[2 * at..2 * at + 2].to_owned(),
        };
        let part = |at: usize| {
            let value = f64::from(u8::from_str_radix(&two(at), 16).unwrap()) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(0) + 0.7152 * part(1) + 0.0722 * part(2)
    }
    fn contrast(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }
    assert!((contrast("#fff", "#000000") - 21.0).abs() < 0.01);
    let cards: Vec<&str> =
        assets::APP_HOST_STYLE.split("--card: ").skip(1).map(|rest| rest.split(';').next().unwrap()).collect();
    assert_eq!(cards.len(), 2, "one in light, one in dark: {cards:?}");
    for hue in Hue::all() {
        assert!(contrast(Hue::INK, hue.hex()) >= 4.5, "{hue:?}");
        for card in &cards {
            assert!(contrast(hue.hex(), card) >= 3.0, "{hue:?} on {card}: {}", contrast(hue.hex(), card));
        }
    }
}
