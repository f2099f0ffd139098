//! SVG: kept as it is when it only shows something. It is served under a policy that runs no script and shown by `<img>`,
//! which loads nothing either; what is refused here would be without effect there, and is told instead of shown broken.

use super::Unfit;
use roxmltree::{Document, Node, ParsingOptions};
use std::collections::HashMap;

const NAMESPACE: &str = "http://www.w3.org/2000/svg";
/// No icon is drawn with more.
const NODES: u32 = 20_000;
/// Declarations of namespaces, and attributes of one element.
const NAMESPACES: usize = 64;
const ATTRIBUTES: usize = 256;
const PAGES: &str = "http://www.w3.org/1999/xhtml";
/// Elements that run something, or that hold pages.
const ACTING: [&str; 8] = ["script", "foreignobject", "iframe", "object", "embed", "audio", "video", "handler"];

/// Whether a text begins as XML does, for an SVG or something else.
pub(crate) fn looks_like_one(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let page = text.get(..14).is_some_and(|begin| begin.eq_ignore_ascii_case(b"<!doctype html"));
    let begins = [&b"<svg"[..], b"<?xml", b"<!--", b"<!DOCTYPE"].iter().any(|begin| text.starts_with(begin));
    begins && !page
}

/// The same bytes, if they are an SVG that neither acts nor asks elsewhere.
pub(crate) fn checked(bytes: &[u8]) -> Result<Vec<u8>, Unfit> {
    let text = std::str::from_utf8(bytes).map_err(|_| Unfit::NotXml("it is not UTF-8".to_owned()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // Entities of its own could name a script in pieces, or grow without end.
    if text.contains("<!ENTITY") {
        return Err(Unfit::Acts("entities of its own".to_owned()));
    }
    // What is compared with one another while it is read.
    if text.matches("xmlns:").count() > NAMESPACES || text.split('<').any(|tag| tag.matches('=').count() > ATTRIBUTES) {
        return Err(Unfit::NotXml("it has too many namespaces or attributes".to_owned()));
    }
    let options = ParsingOptions { allow_dtd: true, nodes_limit: NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| Unfit::NotXml(error.to_string()))?;
    let root = document.root_element().tag_name();
    if root.name() != "svg" || root.namespace() != Some(NAMESPACE) {
        let what = format!("its first element is not <svg xmlns=\"{NAMESPACE}\">");
        return Err(Unfit::NotXml(what));
    }
    for node in document.descendants() {
        if node.is_pi() {
            // A style sheet from elsewhere.
            return Err(Unfit::Acts("a processing instruction".to_owned()));
        }
        if node.is_element() {
            element(&node)?;
        }
    }
    copies(&document)?;
    Ok(text.as_bytes().to_vec())
}

/// Refuses copies of copies, which grow without end, and more copies than an icon has parts.
fn copies(document: &Document<'_>) -> Result<(), Unfit> {
    let too_many = || Unfit::Acts("too many copies of its parts (<use>)".to_owned());
    let is_copy = |node: &Node<'_, '_>| node.tag_name().name().eq_ignore_ascii_case("use");
    let by_id: HashMap<&str, Node<'_, '_>> =
        document.descendants().filter_map(|node| Some((node.attribute("id")?, node))).collect();
    let mut left = NODES;
    for node in document.descendants().filter(is_copy) {
        let to = node.attributes().find(|attribute| attribute.name().eq_ignore_ascii_case("href"));
        let Some(of) = to.and_then(|to| by_id.get(to.value().trim().strip_prefix('#')?)) else { continue };
        for copied in of.descendants() {
            left = left.checked_sub(1).ok_or_else(too_many)?;
            if is_copy(&copied) {
                return Err(too_many());
            }
        }
    }
    Ok(())
}

fn element(node: &Node<'_, '_>) -> Result<(), Unfit> {
    let name = node.tag_name().name();
    if ACTING.contains(&name.to_ascii_lowercase().as_str()) || node.tag_name().namespace() == Some(PAGES) {
        return Err(Unfit::Acts(format!("<{name}>")));
    }
    let of = node.attribute("attributeName").unwrap_or_default().to_ascii_lowercase();
    if of.ends_with("href") {
        return Err(Unfit::Acts(format!("<{name}> that changes an address")));
    }
    for attribute in node.attributes() {
        let (key, value) = (attribute.name().to_ascii_lowercase(), plain(attribute.value()));
        if key.starts_with("on") {
            return Err(Unfit::Acts(format!("the handler `{}`", attribute.name())));
        }
        if value.contains("javascript:") || value.contains("vbscript:") {
            return Err(Unfit::Acts(format!("a script in `{}`", attribute.name())));
        }
        // SVG 2 §16.1: what a link leads to does not matter, as nobody can follow one in an image.
        let loads = matches!(key.as_str(), "href" | "src") && !name.eq_ignore_ascii_case("a");
        if (loads && !is_inside(&value)) || asks_elsewhere(&value) {
            return Err(Unfit::Acts(format!("the address {} of something outside of it", shown(attribute.value()))));
        }
    }
    let style = name.eq_ignore_ascii_case("style");
    if style && asks_elsewhere(&plain(&node.descendants().filter_map(|inner| inner.text()).collect::<String>())) {
        return Err(Unfit::Acts("a style that asks elsewhere".to_owned()));
    }
    Ok(())
}

/// Without what browsers skip in an address, in lower case.
fn plain(value: &str) -> String {
    value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).flat_map(char::to_lowercase).collect()
}

/// A part of the same picture, or a picture of pixels inside of it.
fn is_inside(value: &str) -> bool {
    let pixels = ["png", "jpeg", "jpg", "webp", "gif"].map(|kind| format!("data:image/{kind}"));
    value.is_empty() || value.starts_with('#') || pixels.iter().any(|begin| value.starts_with(begin))
}

/// A style, as text or attribute, that loads something.
fn asks_elsewhere(value: &str) -> bool {
    let urls = value.split("url(").skip(1).map(|rest| rest.trim_start_matches(['"', '\'']));
    // A backslash writes any of these words in another way.
    let hidden = value.contains('\\') || value.contains("image-set(");
    hidden || value.contains("@import") || urls.into_iter().any(|url| !is_inside(url))
}

fn shown(value: &str) -> String {
    value.chars().filter(|c| !c.is_control()).take(60).collect()
}

#[cfg(test)]
mod tests {
    use crate::{AT_MOST, Unfit, icon};
    use doorstep_core::model::IconKind;

    const HEAD: &str =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 9 9\"";

    fn drawn(inner: &str) -> String {
        format!("{HEAD}>{inner}</svg>")
    }

    #[test]
    fn security_51_a_drawing_that_takes_long_to_read_or_to_draw_is_refused() {
        let many = |count: usize, of: &dyn Fn(usize) -> String| (0..count).map(of).collect::<Vec<_>>().concat();
        let prefixes = many(100, &|n| format!(" xmlns:p{n}=\"u{n}\""));
        let nested = "<g xmlns:z=\"y\"/>".repeat(7_000);
        let attributes = many(300, &|n| format!(" a{n}=\"\""));
        let doubling = many(25, &|n| format!("<g id=\"a{0}\"><use href=\"#a{n}\"/><use href=\"#a{n}\"/></g>", n + 1));
        let wide = format!("<g id=\"a\">{}</g>{}", "<path/>".repeat(300), "<use href=\"#a\"/>".repeat(300));
        for text in [
            format!("{HEAD}{prefixes}>{nested}</svg>"),
            drawn(&nested),
            drawn(&format!("<path{attributes}/>")),
            drawn(&format!("<g id=\"a0\"/>{doubling}")),
            drawn(&wide),
            drawn("<g id=\"a\"><use href=\"#a\"/></g>"),
        ] {
            assert!(matches!(icon(text.as_bytes()), Err(Unfit::NotXml(_) | Unfit::Acts(_))), "{}", &text[..90]);
        }
        let twice =
            drawn("<path id=\"a\" d=\"M0 0h9v9z\"/><use href=\"#a\"/><use xlink:href=\"#a\"/><use href=\"#b\"/>");
        assert!(icon(twice.as_bytes()).is_ok());
    }

    #[test]
    fn security_51_a_drawing_does_not_name_an_address_in_another_way() {
        for inner in [
            "<image><set attributeName=\"href\" to=\"https://elsewhere.example/x\"/></image>",
            "<image><animate attributeName=\"xlink:href\" values=\"https://elsewhere.example/x\"/></image>",
            "<style>a{background:\\75rl(https://elsewhere.example/x)}</style>",
            "<path style=\"fill:image-set('https://elsewhere.example/x' 1x)\"/>",
            "<x:img xmlns:x=\"http://www.w3.org/1999/xhtml\" srcset=\"https://elsewhere.example/x 1x\"/>",
        ] {
            assert!(matches!(icon(drawn(inner).as_bytes()), Err(Unfit::Acts(_))), "{inner}");
        }
    }

    #[test]
    fn what_only_shows_something_is_kept_as_it_is() {
        for text in [
            drawn("<path d=\"M0 0h9v9z\" style=\"fill:#a3421d\"/>"),
            drawn("<style>.a{fill:url(#g)}</style><linearGradient id=\"g\"/><circle class=\"a\" r=\"4\"/>"),
            drawn("<use href=\"#a\"/><use xlink:href=\"#a\"/>"),
            drawn("<image href=\"data:image/png;base64,iVBORw0KGgo=\"/>"),
            drawn("<a href=\"https://wiki.example.org\"><text>Wiki</text></a><title>on and off</title>"),
            format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- drawn -->\n{}", drawn("")),
            format!(
                "<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\">{}",
                drawn("")
            ),
        ] {
            let made = icon(text.as_bytes()).unwrap();
            assert_eq!((made.kind, made.bytes), (IconKind::Svg, text.into_bytes()));
        }
        let marked = format!("\u{feff}{}", drawn(""));
        assert_eq!(icon(marked.as_bytes()).unwrap().bytes, drawn("").into_bytes());
    }

    #[test]
    fn security_51_what_acts_or_asks_elsewhere_is_refused() {
        for (inner, says) in [
            ("<script>alert(1)</script>", "<script>"),
            ("<SCRIPT href=\"#a\"/>", "<SCRIPT>"),
            ("<x:script xmlns:x=\"http://www.w3.org/2000/svg\">alert(1)</x:script>", "<script>"),
            ("<h:script xmlns:h=\"http://www.w3.org/1999/xhtml\" src=\"https://evil.test/\"/>", "<script>"),
            ("<foreignObject><p xmlns=\"http://www.w3.org/1999/xhtml\">x</p></foreignObject>", "<foreignObject>"),
            ("<g onload=\"alert(1)\"/>", "the handler `onload`"),
            ("<g ONCLICK=\"alert(1)\"/>", "the handler `ONCLICK`"),
            ("<set attributeName=\"onload\" to=\"javascript:alert(1)\"/>", "a script in `to`"),
            ("<a xlink:href=\"java&#10;script:alert(1)\"/>", "a script in `href`"),
            ("<image href=\"https://evil.test/track.png\"/>", "https://evil.test/track.png"),
            ("<image xlink:href=\"//evil.test/x\"/>", "//evil.test/x"),
            ("<use href=\"data:image/svg+xml;base64,PHN2Zz4=\"/>", "data:image/svg+xml"),
            ("<rect fill=\"url(https://evil.test/x#y)\"/>", "https://evil.test"),
            ("<rect style=\"fill:url( 'https://evil.test/x' )\"/>", "https://evil.test"),
            ("<style>@import 'https://evil.test/x.css';</style>", "a style that asks elsewhere"),
            ("<style><![CDATA[a{background:url(\"http://evil.test\")}]]></style>", "a style that asks elsewhere"),
            ("<?xml-stylesheet href=\"https://evil.test/x.css\"?>", "a processing instruction"),
        ] {
            let refused = icon(drawn(inner).as_bytes()).unwrap_err();
            let Unfit::Acts(what) = &refused else { panic!("{inner}: {refused}") };
            assert!(what.contains(says), "{inner}: {refused}");
        }
        let handler = format!("{HEAD} onload=\"alert(1)\"></svg>");
        assert!(matches!(icon(handler.as_bytes()), Err(Unfit::Acts(_))));
    }

    #[test]
    fn security_51_what_grows_or_is_no_svg_is_refused() {
        let laughs = format!("<!DOCTYPE svg [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]>{}", drawn("&b;"));
        assert_eq!(icon(laughs.as_bytes()), Err(Unfit::Acts("entities of its own".to_owned())));
        let many = drawn(&"<g/>".repeat(30_000));
        assert!(many.len() < AT_MOST && matches!(icon(many.as_bytes()), Err(Unfit::NotXml(_))));
        for text in [
            "<svg/>".to_owned(),
            "<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"/>".to_owned(),
            format!("{HEAD}>"),
            format!("{HEAD}><p></svg>"),
            format!("{}<script/>", drawn("")),
            "<svg xmlns=\"http://www.w3.org/1999/xhtml\"/>".to_owned(),
        ] {
            assert!(matches!(icon(text.as_bytes()), Err(Unfit::NotXml(_))), "{text}");
        }
        let latin = [drawn("").as_bytes(), &[0xe9]].concat();
        assert_eq!(icon(&latin), Err(Unfit::NotXml("it is not UTF-8".to_owned())));
    }

    #[test]
    fn security_51_deep_nesting_is_an_answer_too() {
        let depth = 18_000;
        let deep = drawn(&format!("{}{}", "<g>".repeat(depth), "</g>".repeat(depth)));
        assert!(deep.len() < AT_MOST);
        assert_eq!(icon(deep.as_bytes()).unwrap().bytes, deep.into_bytes());
    }
}
