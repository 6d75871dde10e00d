//! What a program that does nothing else sends in a second: lettre's own pool, one envelope per recipient, no
//! database. The bench puts the portal's queue beside it.
//!
//! Usage: `bare_lettre PORT MAILS CONNECTIONS BYTES`; prints the seconds that it took.

use std::{error::Error, io::Write, sync::Arc, time::Instant};

use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor, address::Envelope, transport::smtp::PoolConfig};
use tokio::sync::Mutex;

fn argument<T: std::str::FromStr>(n: usize) -> Result<T, Box<dyn Error>> {
    let text = std::env::args().nth(n).ok_or("usage: bare_lettre PORT MAILS CONNECTIONS BYTES")?;
    text.parse().map_err(|_| format!("{text} is no number").into())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let (port, mails, connections, bytes): (u16, u32, u32, usize) =
        (argument(1)?, argument(2)?, argument(3)?, argument(4)?);
    let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1")
        .port(port)
        .pool_config(PoolConfig::new().max_size(connections))
        .build();
    let head = "From: bench@example.cn\r\nSubject: bench\r\n\r\n";
    let body: Arc<[u8]> =
        format!("{head}{}", "0123456789abcdef0123456789abcdef\r\n".repeat(bytes / 34)).into_bytes().into();
    let next = Arc::new(Mutex::new(0..mails));
    let began = Instant::now();
    let mut hands = tokio::task::JoinSet::new();
    for _ in 0..connections {
        let (transport, body, next) = (transport.clone(), Arc::clone(&body), Arc::clone(&next));
        hands.spawn(async move {
            loop {
                let Some(n) = next.lock().await.next() else { return Ok::<(), String>(()) };
                let to = format!("bare{n}@example.cn").parse().map_err(|_| "a wrong address")?;
                let from = "bench@example.cn".parse().map_err(|_| "a wrong address")?;
                let envelope = Envelope::new(Some(from), vec![to]).map_err(|error| error.to_string())?;
                transport.send_raw(&envelope, &body).await.map_err(|error| error.to_string())?;
            }
        });
    }
    while let Some(done) = hands.join_next().await {
        done??;
    }
    writeln!(std::io::stdout(), "{:.3}", began.elapsed().as_secs_f64())?;
    Ok(())
}
