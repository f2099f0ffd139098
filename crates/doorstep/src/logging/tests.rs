//! What a line looks like, and what no value can do to it.

use super::*;
use serde_json::Value;

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs `act` under a log and returns its lines.
fn logged(format: LogFormat, level: LogLevel, act: impl FnOnce()) -> Vec<String> {
    let kept = Kept::default();
    let log = Log { format, level, file: None };
    tracing::subscriber::with_default(subscriber(&log, Box::new(kept.clone())).0, act);
    let bytes = kept.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap().split_terminator('\n').map(str::to_owned).collect()
}

const FORGED: &str = "x\n{\"level\":\"ERROR\"} \u{1b}[31m\u{202e}\",\"level\":\"admin\r\u{2028}a=b";

#[test]
fn text_is_one_line_with_time_level_message_and_fields() {
    let lines = logged(LogFormat::Text, LogLevel::Info, || {
        let span = tracing::info_span!("request", request = "7K2M", user = tracing::field::Empty);
        let _entered = span.enter();
        span.record("user", "ada lovelace");
        tracing::info!(app = "grafana", count = 3, "signed in");
    });
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    let (time, rest) = line.split_once(' ').unwrap();
    assert_eq!(rest, "INFO  signed in app=grafana count=3 request=7K2M user=\"ada lovelace\"");
    let parsed: jiff::Timestamp = time.parse().unwrap();
    assert!(time.ends_with('Z') && parsed.as_second() > 1_700_000_000, "{time}");
}

#[test]
fn json_is_one_object_with_the_fields_of_the_spans_around_it() {
    let lines = logged(LogFormat::Json, LogLevel::Info, || {
        let _outer = tracing::info_span!("request", request = "7K2M", app = "outer").entered();
        let _inner = tracing::info_span!("step", app = "inner").entered();
        tracing::warn!(ok = false, level = "admin", "refused");
    });
    let object: Value = serde_json::from_str(&lines[0]).unwrap();
    for (name, value) in [
        ("level", Value::from("warn")),
        ("level_", "admin".into()),
        ("message", "refused".into()),
        ("ok", false.into()),
        ("request", "7K2M".into()),
        ("app", "inner".into()),
    ] {
        assert_eq!(object[name], value, "{name}");
    }
}

#[test]
fn security_102_a_value_cannot_forge_a_line_or_a_field() {
    let act = || tracing::info!(agent = FORGED, shown = ?FORGED, printed = %FORGED, "saw {FORGED}");
    let text = logged(LogFormat::Text, LogLevel::Info, act);
    assert_eq!(text.len(), 1, "{text:?}");
    assert!(!text[0].chars().any(|c| c.is_control() || matches!(c, '\u{202e}' | '\u{2028}')), "{text:?}");
    assert!(text[0].contains(r#"agent="x\n{\"level\":\"ERROR\"} \u{1b}[31m"#), "{text:?}");
    let quotes_outside_escapes = text[0].replace("\\\\", "").replace("\\\"", "").matches('"').count();
    assert_eq!(quotes_outside_escapes % 2, 0, "{text:?}");

    let json = logged(LogFormat::Json, LogLevel::Info, act);
    assert_eq!(json.len(), 1, "{json:?}");
    let object: Value = serde_json::from_str(&json[0]).unwrap();
    assert_eq!((&object["level"], &object["agent"]), (&"info".into(), &FORGED.into()));
    assert!(!json[0].contains('\u{1b}'));
}

#[test]
fn a_value_is_cut_at_512_characters() {
    let long = "é".repeat(10_000);
    for format in [LogFormat::Text, LogFormat::Json] {
        let lines = logged(format, LogLevel::Info, || tracing::info!(a = %long, b = long.as_str(), "{long}"));
        assert_eq!(lines[0].matches('é').count(), 3 * 512);
        assert_eq!(lines[0].matches('…').count(), 3);
    }
}

#[test]
fn the_level_is_ours_and_others_only_warn() {
    for (level, count) in
        [(LogLevel::Error, 1), (LogLevel::Warn, 3), (LogLevel::Info, 4), (LogLevel::Debug, 5), (LogLevel::Trace, 6)]
    {
        let lines = logged(LogFormat::Text, level, || {
            tracing::error!("a");
            tracing::warn!("b");
            tracing::info!("c");
            tracing::debug!("d");
            tracing::trace!("e");
            tracing::warn!(target: "hyper", "f");
            tracing::trace!(target: "h2::codec", "authorization: canary");
        });
        assert_eq!(lines.len(), count, "{level:?}");
        assert!(!lines.concat().contains("canary"));
    }
}

#[test]
fn an_error_has_its_request_id_at_every_level() {
    for level in [LogLevel::Error, LogLevel::Info, LogLevel::Trace] {
        let lines = logged(LogFormat::Text, level, || {
            let _request = tracing::info_span!("request", request = "7K2M").entered();
            tracing::error!("failed");
        });
        assert!(lines[0].ends_with("ERROR failed request=7K2M"), "{lines:?}");
    }
}

#[test]
fn a_file_is_opened_again_after_it_was_moved() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let log = Log { file: Some(path.clone()), ..Log::default() };
    let (subscriber, handle) = subscriber(&log, open(Some(&path)).unwrap());
    tracing::subscriber::with_default(subscriber, || {
        tracing::info!("first");
        std::fs::rename(&path, folder.path().join("log.1")).unwrap();
        handle.reopen().unwrap();
        tracing::info!("second");
    });
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    assert!(read("log.1").contains("first") && !read("log.1").contains("second"));
    assert!(read("log").contains("second"));
    let missing = open(Some(&folder.path().join("none/log"))).err().unwrap().to_string();
    assert!(missing.contains("cannot be opened"), "{missing}");
}

#[test]
fn the_level_changes_while_it_runs() {
    let kept = Kept::default();
    let (subscriber, handle) = subscriber(&Log::default(), Box::new(kept.clone()));
    tracing::subscriber::with_default(subscriber, || {
        for (level, name) in [(LogLevel::Info, "one"), (LogLevel::Debug, "two"), (LogLevel::Warn, "three")] {
            handle.set_level(level);
            tracing::debug!(name, "quietly");
            tracing::info!(name, "plainly");
            tracing::warn!(name, "loudly");
        }
    });
    let lines = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    let said: Vec<_> =
        lines.lines().map(|line| line.split_whitespace().skip(2).collect::<Vec<_>>().join(" ")).collect();
    let expected = ["plainly name=one", "loudly name=one", "quietly name=two", "plainly name=two", "loudly name=two"];
    assert_eq!(said, [&expected[..], &["loudly name=three"]].concat());
}

#[test]
fn security_101_what_kube_warns_of_is_not_logged_for_it_holds_answers() {
    let lines = logged(LogFormat::Text, LogLevel::Trace, || {
        tracing::warn!(target: "kube_client::client", "{{\"data\":{{\"CLIENT_SECRET\":\"czNjcmV0\"}}}}, expected value");
        tracing::warn!(target: "kubelet", "another crate warns");
    });
    assert!(lines.len() == 1 && lines[0].contains("another crate warns"), "{lines:?}");
}
