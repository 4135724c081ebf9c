//! Brokers: each sensor that is published has a subscriber of its own, which connects again whenever it is cut off.
//!
//! A message is acknowledged once what it says is durable, or once it is refused for good; until then the broker has it
//! and sends it again. The broker keeps what comes while the subscriber is away, under its client id.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use model::place::sensor::{Broker, SensorWay};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::packet::{self, Incoming, Packets};
use super::{Connection, Entry, Id, Sensors};

/// Largest message that is taken, in bytes: sensors publish a few kilobytes at a time, and each subscriber may hold one.
const PAYLOAD_BYTES_MAX: usize = 4 << 20;

/// How often the broker is told that somebody is there, and is taken to be gone after twice as long without a word.
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// How long a broker may take to let somebody in.
const CONNECT_WITHIN: Duration = Duration::from_secs(15);

/// Between two attempts: at first, and at most.
const WAIT: Duration = Duration::from_secs(1);
const WAIT_MAX: Duration = Duration::from_secs(60);

/// The subscribers there are.
#[derive(Debug, Default)]
pub(super) struct Brokers {
    running: HashMap<Id, (blake3::Hash, CancellationToken)>,
    tasks: TaskTracker,
}

impl Brokers {
    /// Begins and ends subscribers, so that there is one for every sensor that is published, as it is defined now.
    pub(super) fn follow(
        &mut self,
        sensors: &Arc<Sensors>,
        entries: Vec<(Id, Arc<Entry>)>,
        stopping: &CancellationToken,
    ) {
        let mut wanted: HashMap<Id, (blake3::Hash, Arc<Entry>)> = HashMap::new();
        for (id, entry) in entries {
            if let SensorWay::Mqtt(broker) = &entry.stored.sensor.way {
                let said = format!("{broker:?} {:?} {}", entry.stored.sealed, entry.stored.sensor.created_at_us);
                wanted.insert(id, (blake3::hash(said.as_bytes()), entry));
            }
        }
        self.running.retain(|id, (as_defined, stop)| {
            let stays = wanted.get(id).is_some_and(|(now, _)| now == as_defined);
            if !stays {
                stop.cancel();
            }
            stays
        });
        for (id, (as_defined, entry)) in wanted {
            if !self.running.contains_key(&id) {
                let stop = stopping.child_token();
                self.running.insert(id.clone(), (as_defined, stop.clone()));
                self.tasks.spawn(subscribe(Arc::clone(sensors), id, entry, stop));
            }
        }
    }

    /// Returns once all have ended, after they were told to.
    pub(super) async fn ended(self) {
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// Connects, again and again.
async fn subscribe(sensors: Arc<Sensors>, id: Id, entry: Arc<Entry>, stop: CancellationToken) {
    let SensorWay::Mqtt(broker) = &entry.stored.sensor.way else { return };
    let mut wait = WAIT;
    while !stop.is_cancelled() {
        let mut was_connected = false;
        let ended = tokio::select! {
            ended = session(&sensors, (&id, &entry, broker), &mut was_connected) => ended,
            () = stop.cancelled() => break,
        };
        let Err(trouble) = ended;
        tracing::info!(workspace = id.0, sensor = id.2, trouble, "the broker of a sensor is tried again");
        entry.stands(&sensors, false, Some(trouble));
        wait = if was_connected { WAIT } else { (wait * 2).min(WAIT_MAX) };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = stop.cancelled() => {}
        }
    }
    *entry.running.connection.lock() = None;
}

enum Never {}

/// A connection from its beginning to its end, which is always some trouble.
async fn session(
    sensors: &Arc<Sensors>,
    (id, entry, broker): (&Id, &Arc<Entry>, &Broker),
    was_connected: &mut bool,
) -> Result<Never, String> {
    if entry.sealed_shut {
        return Err("the password cannot be read any more; give it anew".to_owned());
    }
    let mut stream = match tokio::time::timeout(CONNECT_WITHIN, open(broker)).await {
        Ok(opened) => opened?,
        Err(_) => return Err("the broker does not answer".to_owned()),
    };
    let password = entry.secret.as_ref().map(|secret| secret.0.as_str());
    send(&mut stream, &packet::connect(broker, password, KEEP_ALIVE.as_secs() as u16)).await?;
    let (mut packets, mut bytes) = (Packets::new(PAYLOAD_BYTES_MAX), Vec::new());
    let mut pings = tokio::time::interval(KEEP_ALIVE / 2);
    pings.reset();
    let mut heard = tokio::time::Instant::now();
    let mut subscribed = false;
    loop {
        let next = packets
            .next(&mut bytes)
            .map_err(|malformed| format!("the broker does not speak as it should: {}", malformed.0))?;
        if let Some(incoming) = next {
            match incoming {
                Incoming::ConnAck { code: 0 } => send(&mut stream, &packet::subscribe(&broker.topic)).await?,
                Incoming::ConnAck { code } => return Err(packet::refusal(code).to_owned()),
                Incoming::SubAck { code: 0x80 } => {
                    return Err("the broker refuses the topic; may this user read it?".to_owned());
                }
                Incoming::SubAck { .. } => {
                    (subscribed, *was_connected) = (true, true);
                    entry.stands(sensors, true, None);
                }
                Incoming::Publish { payload, id: number } => {
                    // As it is defined now: a floor or zone may have been set since.
                    let now = sensors.known.lock().sensors.get(id).map_or_else(|| Arc::clone(entry), Arc::clone);
                    match sensors.take(&now, (payload, String::new()), None).await {
                        Ok(_) => {}
                        Err(error) if error.retry_after_seconds.is_some() || error.status.is_server_error() => {
                            return Err(format!(
                                "a message cannot be taken now and is asked for again: {}",
                                error.message
                            ));
                        }
                        // Counted as refused; again it would be no better.
                        Err(_) => {}
                    }
                    if let Some(number) = number {
                        send(&mut stream, &packet::acknowledge(number)).await?;
                    }
                }
                Incoming::Large { bytes, id: number } => {
                    let reason = format!("a message of {bytes} bytes; at most {PAYLOAD_BYTES_MAX} are taken");
                    sensors.refuse(entry, "body_too_large", &reason);
                    if let Some(number) = number {
                        send(&mut stream, &packet::acknowledge(number)).await?;
                    }
                }
                Incoming::Pong | Incoming::Other => {}
            }
            continue;
        }
        let mut part = [0; 16 << 10];
        tokio::select! {
            read = stream.read(&mut part) => match read {
                Ok(0) => return Err("the broker ended the connection; does another client have this client id?".to_owned()),
                Ok(read) => {
                    bytes.extend_from_slice(&part[..read]);
                    heard = tokio::time::Instant::now();
                }
                Err(error) => return Err(format!("the connection broke: {error}")),
            },
            _ = pings.tick() => {
                if heard.elapsed() > 2 * KEEP_ALIVE || !subscribed && heard.elapsed() > CONNECT_WITHIN {
                    return Err("the broker does not answer any more".to_owned());
                }
                send(&mut stream, &packet::ping()).await?;
            }
        }
    }
}

trait Stream: AsyncRead + AsyncWrite + Send {}
impl<T: AsyncRead + AsyncWrite + Send> Stream for T {}

type Open = Pin<Box<dyn Stream>>;

async fn send(stream: &mut Open, bytes: &[u8]) -> Result<(), String> {
    let sent = async {
        stream.write_all(bytes).await?;
        stream.flush().await
    };
    sent.await.map_err(|error| format!("the connection broke: {error}"))
}

async fn open(broker: &Broker) -> Result<Open, String> {
    let address = broker.address().ok_or("the address of the broker cannot be read; write it anew")?;
    let stream = TcpStream::connect((address.host, address.port)).await;
    let stream = stream.map_err(|error| format!("{}:{} cannot be reached: {error}", address.host, address.port))?;
    // What is sent is a few bytes that somebody waits for.
    let _ = stream.set_nodelay(true);
    if !address.tls {
        return Ok(Box::pin(stream));
    }
    let config = tokio::task::spawn_blocking(trusting).await.map_err(|error| error.to_string())??;
    let name = ServerName::try_from(address.host.to_owned()).map_err(|error| format!("{}: {error}", address.host))?;
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
    let stream = stream.map_err(|error| format!("the broker's certificate or TLS is refused: {error}"))?;
    Ok(Box::pin(stream))
}

/// TLS with those whom the machine trusts.
fn trusting() -> Result<ClientConfig, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err("this machine trusts no authority; install its certificates (ca-certificates)".to_owned());
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().map_err(|error| error.to_string())?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

impl Entry {
    /// Notes how it stands with the broker.
    fn stands(&self, sensors: &Sensors, connected: bool, trouble: Option<String>) {
        let since_us = (sensors.basis.now_us)();
        let mut connection = self.running.connection.lock();
        let same = connection.as_ref().filter(|before| before.connected == connected);
        let since_us = same.map_or(since_us, |before| before.since_us);
        *connection = Some(Connection { connected, since_us, trouble });
    }
}
