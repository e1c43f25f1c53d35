//! Every entry that a simulated cluster writes about a sign-in is kept as a record of its own, with
//! the right agent, in every form the server logs come in.

use logintrace::format::reader::{FileReading, Reader};
use logintrace::record::intern::Strings;
use logintrace::record::{Kind, Record};
use logintrace::simulate::{Bundle, Config, Forms, NotificationForm, WireForm, run};

fn bundle(forms: Forms) -> Bundle {
    run(&Config {
        forms,
        ..Config::new(60, 7)
    })
}

fn read(bundle: &Bundle, path: &str, strings: &mut Strings) -> FileReading {
    let file = bundle.files.iter().find(|file| file.path == path);
    let file = file.expect("the truth names files of the bundle");
    let mut reader = Reader::new(&[path.to_owned()]);
    reader.push(&file.bytes, strings);
    reader.finish(None, strings)
}

fn at(reading: &FileReading, line: u32) -> Option<&Record> {
    let starts_at = |record: &&Record| record.place().line == line;
    reading.records.iter().find(starts_at)
}

#[track_caller]
fn keeps_every_proof(forms: Forms) {
    let bundle = bundle(forms);
    let mut proofs = 0;
    for (number, file) in (0u32..).zip(&bundle.truth.files) {
        // Realm and Tomcat prove no step.
        if matches!(
            file.kind,
            Kind::AccessLog | Kind::ClientLog | Kind::Realm | Kind::Catalina
        ) {
            continue;
        }
        let mut strings = Strings::default();
        let reading = read(&bundle, &file.path, &mut strings);
        assert_eq!(reading.file.kind, file.kind, "{}", file.path);
        for attempt in &bundle.truth.attempts {
            for proof in attempt.steps.iter().flat_map(|step| &step.evidence) {
                if proof.file != number {
                    continue;
                }
                proofs += 1;
                let place = format!("{} line {}", file.path, proof.line);
                let record = at(&reading, proof.line).expect(&place);
                let agent = strings.some(record.keys().agent);
                assert!(agent.is_none_or(|id| id == attempt.agent), "{place}");
                // A request and its answer on the wire are two records, and one proof.
                let whole = record.place().lines == proof.lines || file.kind == Kind::HttpWire;
                assert!(whole, "{place}: {} lines", record.place().lines);
            }
        }
    }
    assert!(proofs > 1000, "{proofs}");
}

#[test]
fn full_forms_keep_every_proof() {
    keeps_every_proof(Forms::FULL);
}

#[test]
fn forms_of_9_keep_every_proof() {
    keeps_every_proof(Forms::OLD);
}

#[test]
fn stripped_forms_keep_every_proof() {
    keeps_every_proof(Forms {
        webservices_stripped: true,
        notification: NotificationForm::Bare,
        wire: WireForm::Bare,
        ..Forms::FULL
    });
}

#[test]
fn newer_forms_keep_every_proof() {
    keeps_every_proof(Forms {
        webservices_colon: true,
        notification: NotificationForm::AllLog,
        wire: WireForm::Outgoing,
        dumplog_crlf: true,
        dumplog_ms: false,
        ..Forms::FULL
    });
}
