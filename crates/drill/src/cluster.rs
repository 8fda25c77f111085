//! The servers of one game: two nodes over one PostgreSQL and one Redis, or the one server of an SQLite file.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::api::Api;
use crate::gameserver::Gameserver;
use crate::place::Place;
use crate::redis::Redis;

/// How long a node may take to hear of anything.
const PATIENCE: Duration = Duration::from_secs(30);

/// Nodes, and their Redis where there are several.
pub(crate) struct Cluster {
    /// Running servers.
    pub(crate) nodes: Vec<Gameserver>,
    /// What they tell one another over.
    pub(crate) redis: Option<Redis>,
}

impl Cluster {
    /// Starts what the engine permits. Nobody counts how often anybody asks: a drill's players all come from one address.
    pub(crate) async fn start(place: &mut Place) -> Result<Self> {
        place.set("GAMESERVER_RATES_ON", "false");
        let mut cluster = Self { nodes: Vec::new(), redis: None };
        if place.url().is_some() {
            let redis = Redis::start().await?;
            place.set("REDIS_URL", &redis.url());
            cluster.redis = Some(redis);
            cluster.add_node(place).await?;
        }
        cluster.add_node(place).await?;
        Ok(cluster)
    }

    /// Starts one node more.
    pub(crate) async fn add_node(&mut self, place: &Place) -> Result<()> {
        self.nodes.push(Gameserver::start(place).await?);
        if self.redis.is_some() {
            self.say_of_redis("ok").await?;
        }
        Ok(())
    }

    /// Where the nodes are.
    pub(crate) fn addresses(&self) -> Vec<String> {
        self.nodes.iter().map(|node| node.address.clone()).collect()
    }

    /// Waits until every node is ready and says this of Redis. Gives how long that took.
    pub(crate) async fn say_of_redis(&self, expected: &str) -> Result<Duration> {
        let start = Instant::now();
        for node in &self.nodes {
            while is_told(&node.api).await? != expected {
                if start.elapsed() > PATIENCE {
                    bail!("/readyz of {}: expected Redis to be {expected}, found otherwise", node.address);
                }
                sleep(Duration::from_millis(20)).await;
            }
        }
        Ok(start.elapsed())
    }

    /// Kills everything and looks into the logs.
    pub(crate) async fn end(self, place: &Place) -> Result<()> {
        for node in self.nodes {
            node.kill().await?;
        }
        place.check_log()
    }
}

/// What a node says of Redis. It must be ready all the while.
async fn is_told(api: &Api) -> Result<String> {
    let answer: Value = serde_json::from_str(&api.fetch("/readyz").await.context("a node that is not ready")?)?;
    Ok(answer["checks"]["redis"].as_str().unwrap_or("unknown").to_owned())
}
