//! `logintrace simulate`: a made-up bundle and the truth about it.

use logintrace::record::Kind;
use logintrace::simulate::{
    self, Bundle, Config, Deployment, Event, Forms, Packing, Quirk, Scenario,
};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// How the subcommand is called.
const USAGE: &str = "\
Usage: logintrace simulate --out OUT [OPTION]…
       logintrace simulate --sample --out OUT

Writes the logs of a made-up cluster to OUT, for demonstrations, training and benchmarks: as one archive
if OUT ends in .tgz or .zip, else as a folder. What really happened is written beside it, to OUT.truth.json.

  --agents N             agents who sign in (200)
  --seed S               the same seed gives the same bytes (1)
  --scenario NAME,…      what happens to them, each as often as the others
  --deployment cce|ccx   UCCE with a CTI server, or UCCX with its engine (cce)
  --forms full|old|drawn how logs are printed: release 11, release 9, or drawn from the seed (full)
  --packing FORM         nested, zip, zip64, zip_streamed, gzip_members, pax_names, gnu_names;
                         by default nested for .tgz, zip for .zip
  --both-hear            both nodes hear of every agent's changes
  --restart              node B is restarted half-way
  --events               afterwards: CTI outage, restarts of services, statistics overload, peripheral
                         offline, files of a log lost
  --quirk NAME,…         what is particular about the cluster and its people
  --uploads PERCENT      desktops that send their client log (100)
  --without KIND,…       logs nobody collected: access_log, client_log, webservices, cti_server, …
  --drop-sources PERCENT files lost at random
  --window FROM-TO       only these minutes of the servers' logs, as 10-25
  --size BYTES           a flat .tgz of about that many bytes of log: the sign-ins after many quiet days";

/// Runs the subcommand with the arguments after `simulate`. The error is one line for the user.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    if arguments.iter().any(|argument| argument == "--help") {
        println!("{USAGE}\n\n{}\n\n{}", stories(), quirks());
        return Ok(());
    }
    let order = Order::parse(arguments)?;
    let out = order.out.ok_or("--out is missing")?;
    let mut bundle = simulate::run(&order.config);
    let written = match order.size {
        Some(size) if ends_in(&out, "tgz") => {
            write_among_noise(&out, &order.config, size, &mut bundle)
        }
        Some(_) => return Err("--size: OUT must end in .tgz".to_owned()),
        None => write(&out, &bundle),
    };
    written.map_err(|error| format!("{}: {error}", out.display()))?;
    let attempts = bundle.truth.attempts.len();
    println!("{}: {attempts} sign-ins", out.display());
    Ok(())
}

/// What `--scenario` can name, one story a line.
fn stories() -> String {
    let lines = Scenario::ALL.map(|story| format!("  {:<22}{}", story.slug(), story.about()));
    format!(
        "Stories (all of them, if --scenario is not given):\n{}",
        lines.join("\n")
    )
}

/// What `--quirk` can name, one a line.
fn quirks() -> String {
    let lines = Quirk::ALL.map(|quirk| format!("  {:<22}{}", quirk.slug(), quirk.about()));
    format!(
        "Quirks (none, if --quirk is not given):\n{}",
        lines.join("\n")
    )
}

/// What the user asked for.
#[derive(Debug)]
pub(crate) struct Order {
    /// The cluster.
    pub(crate) config: Config,
    /// Where to write it.
    pub(crate) out: Option<PathBuf>,
    /// Bytes of log there are to be at least.
    pub(crate) size: Option<u64>,
}

impl Order {
    /// Reads the arguments after `simulate`.
    pub(crate) fn parse(arguments: &[String]) -> Result<Self, String> {
        let mut options = Options(arguments);
        let (mut agents, mut seed, mut out, mut sample) = (200, 1, None, false);
        let mut size = None;
        let mut changes: Vec<Change> = Vec::new();
        while let Some(name) = options.name() {
            match name {
                "--agents" => agents = options.number(name)?,
                "--seed" => seed = options.number(name)?,
                "--out" => out = Some(PathBuf::from(options.value(name)?)),
                "--sample" => sample = true,
                "--size" => size = Some(options.number(name)?),
                _ => changes.push(Change::parse(name, &mut options)?),
            }
        }
        let agents = u32::try_from(agents).ok().ok_or("--agents: too many")?;
        let mut config = if sample {
            Config::sample()
        } else {
            Config::new(agents, seed)
        };
        if out.as_deref().is_some_and(|out| ends_in(out, "zip")) {
            config.packing = Packing::Zip;
        }
        for change in changes {
            change.apply(&mut config);
        }
        Ok(Self { config, out, size })
    }
}

/// An option that changes the standard cluster.
#[derive(Debug)]
enum Change {
    Scenarios(Vec<Scenario>),
    Forms(Option<Forms>),
    Quirks(Vec<Quirk>),
    Without(Vec<Kind>),
    Uploads(u32),
    BothHear,
    Restart,
    Events,
    Deployment(Deployment),
    Drop(u32),
    Window(i64, i64),
    Packing(Packing),
}

impl Change {
    fn parse(name: &str, options: &mut Options<'_>) -> Result<Self, String> {
        Ok(match name {
            "--scenario" => Self::Scenarios(options.list(name, Scenario::from_slug)?),
            "--forms" => Self::Forms(forms(options.value(name)?)?),
            "--quirk" => Self::Quirks(options.list(name, Quirk::from_slug)?),
            "--without" => Self::Without(options.list(name, kind)?),
            "--uploads" => Self::Uploads(options.percent(name)?),
            "--drop-sources" => Self::Drop(options.percent(name)?),
            "--packing" => {
                let name = options.value(name)?;
                let packing = named(name).ok_or_else(|| format!("--packing: unknown name {name}"));
                Self::Packing(packing?)
            }
            "--window" => {
                let (from, to) = window(options.value(name)?)?;
                Self::Window(from, to)
            }
            "--both-hear" => Self::BothHear,
            "--restart" => Self::Restart,
            "--events" => Self::Events,
            "--deployment" => Self::Deployment(deployment(options.value(name)?)?),
            _ => return Err(format!("unknown option {name}")),
        })
    }

    fn apply(self, config: &mut Config) {
        match self {
            Self::Scenarios(stories) => {
                config.scenarios = stories.into_iter().map(|story| (story, 1)).collect();
            }
            Self::Forms(forms) => {
                config.forms = forms.unwrap_or_else(|| Forms::drawn(config.seed));
            }
            Self::Quirks(quirks) => config.quirks = quirks,
            Self::Without(kinds) => config.without = kinds,
            Self::Uploads(percent) => config.uploads = percent,
            Self::BothHear => config.both_hear = true,
            Self::Restart => config.restart = true,
            Self::Events => config.events = Event::ALL.to_vec(),
            Self::Drop(percent) => config.drop = percent,
            Self::Packing(packing) => config.packing = packing,
            Self::Window(from, to) => config.window = Some((from, to)),
            Self::Deployment(deployment) => config.deployment = deployment,
        }
    }
}

/// `10-25`: minutes after the start, as ms.
fn window(minutes: &str) -> Result<(i64, i64), String> {
    let number = |text: &str| text.parse::<u32>().ok().map(|n| i64::from(n) * 60_000);
    let ends = minutes.split_once('-');
    ends.and_then(|(from, to)| number(from).zip(number(to)))
        .filter(|(from, to)| from < to)
        .ok_or_else(|| format!("--window: expected minutes as 10-25, found {minutes}"))
}

fn deployment(name: &str) -> Result<Deployment, String> {
    match name {
        "cce" => Ok(Deployment::Cce),
        "ccx" => Ok(Deployment::Ccx),
        _ => Err(format!("--deployment: expected cce or ccx, found {name}")),
    }
}

/// `None`: drawn from the seed.
fn forms(name: &str) -> Result<Option<Forms>, String> {
    match name {
        "full" => Ok(Some(Forms::FULL)),
        "old" => Ok(Some(Forms::OLD)),
        "drawn" => Ok(None),
        _ => Err(format!(
            "--forms: expected full, old or drawn, found {name}"
        )),
    }
}

/// A log by the name the report gives it.
fn kind(name: &str) -> Option<Kind> {
    named(name)
}

/// What is called `name` in JSON.
fn named<T: serde::de::DeserializeOwned>(name: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).ok()
}

/// The arguments that are left.
struct Options<'a>(&'a [String]);

impl<'a> Options<'a> {
    fn name(&mut self) -> Option<&'a str> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }

    fn value(&mut self, option: &str) -> Result<&'a str, String> {
        self.name()
            .ok_or_else(|| format!("{option}: a value is missing"))
    }

    fn number(&mut self, option: &str) -> Result<u64, String> {
        let value = self.value(option)?;
        let number = value.parse().ok();
        number.ok_or_else(|| format!("{option}: expected a number, found {value}"))
    }

    fn percent(&mut self, option: &str) -> Result<u32, String> {
        let percent = self.number(option)?.min(100);
        Ok(u32::try_from(percent).unwrap_or(100))
    }

    fn list<T>(
        &mut self,
        option: &str,
        find: impl Fn(&str) -> Option<T>,
    ) -> Result<Vec<T>, String> {
        let names = self.value(option)?.split(',');
        names
            .map(|name| find(name).ok_or_else(|| format!("{option}: unknown name {name}")))
            .collect()
    }
}

fn ends_in(out: &Path, extension: &str) -> bool {
    out.extension().is_some_and(|end| end == extension)
}

fn write_among_noise(
    out: &Path,
    config: &Config,
    size: u64,
    bundle: &mut Bundle,
) -> io::Result<()> {
    let file = io::BufWriter::new(fs::File::create(out)?);
    bundle.pack_among_noise(config, size, file)?;
    write_truth(out, bundle)
}

fn write(out: &Path, bundle: &Bundle) -> io::Result<()> {
    if ends_in(out, "tgz") || ends_in(out, "zip") {
        fs::write(out, bundle.pack())?;
    } else {
        for file in &bundle.files {
            let path = out.join(&file.path);
            fs::create_dir_all(path.parent().unwrap_or(out))?;
            fs::write(path, &file.bytes)?;
        }
    }
    write_truth(out, bundle)
}

fn write_truth(out: &Path, bundle: &Bundle) -> io::Result<()> {
    let mut truth = out.as_os_str().to_owned();
    truth.push(".truth.json");
    fs::write(truth, serde_json::to_vec_pretty(&bundle.truth)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(line: &str) -> Result<Order, String> {
        let arguments: Vec<String> = line.split(' ').map(str::to_owned).collect();
        Order::parse(&arguments)
    }

    #[test]
    fn options_change_the_standard_cluster() {
        let order =
            order("--agents 3 --scenario ok,device_busy --without client_log --out x.tgz").unwrap();
        assert_eq!(order.config.agents, 3);
        let stories: Vec<Scenario> = order.config.scenarios.iter().map(|&(s, _)| s).collect();
        assert_eq!(stories, [Scenario::Ok, Scenario::DeviceBusy]);
        assert_eq!(order.config.without, [Kind::ClientLog]);
    }

    #[test]
    fn a_wrong_name_is_named() {
        assert_eq!(
            order("--scenario nonsense --out x").unwrap_err(),
            "--scenario: unknown name nonsense"
        );
        assert_eq!(
            order("--agents").unwrap_err(),
            "--agents: a value is missing"
        );
    }
}
