//! A session against a server that keeps the last few events, over a connection that loses, repeats and breaks.

use proptest::prelude::*;

use super::*;

/// Events the server keeps for those who come back.
const RING: usize = 5;

#[derive(Clone, Copy, Debug)]
enum Step {
    /// Something happens.
    Publish,
    /// The next frame arrives.
    Deliver,
    /// The next frame is lost, as it never may be.
    Lose,
    /// The next frame comes twice.
    Repeat,
    /// The member fell behind.
    Lag,
    /// The connection breaks, and with it what is on its way.
    Cut,
    /// The server starts again with other numbers.
    Restart,
    /// The time of a wait is over.
    Wait,
    /// Half a minute passes.
    Beat,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => Just(Step::Publish),
        12 => Just(Step::Deliver),
        1 => Just(Step::Lose),
        1 => Just(Step::Repeat),
        1 => Just(Step::Lag),
        2 => Just(Step::Cut),
        1 => Just(Step::Restart),
        3 => Just(Step::Wait),
        1 => Just(Step::Beat),
    ]
}

/// One topic of a server, and one client.
struct Model {
    session: Session,
    epoch: u32,
    seq: u64,
    /// The client's membership, as the server knows it.
    member: Option<String>,
    /// To the client. What the client says arrives at once.
    on_its_way: Vec<String>,
    waits: bool,
    /// What the subscriber knows: the epoch of its state, and the last event it was told.
    knows: Option<(String, u64)>,
}

impl Model {
    fn new() -> Self {
        let mut session = Session::new();
        session.hold("t");
        let mut model =
            Self { session, epoch: 0, seq: 0, member: None, on_its_way: Vec::new(), waits: false, knows: None };
        model.connect();
        model
    }

    fn connect(&mut self) {
        self.session.closed();
        (self.member, self.waits) = (None, false);
        self.on_its_way.clear();
        for frame in self.session.opened() {
            self.say(&frame);
        }
    }

    /// The client says something, and the server answers.
    fn say(&mut self, frame: &str) {
        let message = Serializer::V2.decode(frame).unwrap();
        let send = |message: &Message| String::from_utf8(Serializer::V2.encode(message).to_vec()).unwrap();
        if message.event == codec::HEARTBEAT {
            return self.on_its_way.push(send(&message.ok_reply(json!({}))));
        }
        assert_eq!(message.event, codec::JOIN);
        if let Some(old) = self.member.take() {
            self.on_its_way.push(send(&Message::membership(codec::CLOSE, "t", Some(&old))));
        }
        self.member.clone_from(&message.join_ref);
        let (epoch, seq) = (self.epoch.to_string(), self.seq);
        let oldest = seq.saturating_sub(RING as u64);
        let saw = message.payload["seq"].as_u64().filter(|saw| (oldest..=seq).contains(saw));
        let saw = saw.filter(|_| message.payload["epoch"] == *epoch);
        let mut response = json!({ "epoch": epoch, "seq": seq });
        if message.payload.get("seq").is_some() {
            response["resync"] = saw.is_none().into();
        }
        self.on_its_way.push(send(&message.ok_reply(response)));
        self.on_its_way.extend((saw.unwrap_or(seq) + 1..=seq).map(event));
    }

    fn hear(&mut self, frame: &str) {
        match self.session.heard(frame) {
            None | Some(Act::Answered { .. }) => {}
            Some(Act::Send(frame)) => self.say(&frame),
            Some(Act::JoinLater { .. }) => self.waits = true,
            Some(Act::Tell { heard, .. }) => self.tell(heard),
        }
    }

    fn tell(&mut self, heard: Heard) {
        match heard {
            Heard::Joined(response) => {
                let epoch = response["epoch"].as_str().unwrap().to_owned();
                self.knows = Some((epoch, response["seq"].as_u64().unwrap()));
            }
            Heard::Recovered => assert!(self.knows.is_some()),
            Heard::Event { payload, .. } => {
                let (_, last) = self.knows.as_mut().expect("no event comes before the state");
                assert_eq!(payload["seq"], *last + 1, "every event once, in order");
                *last += 1;
            }
            other => panic!("{other:?}"),
        }
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Publish => {
                self.seq += 1;
                if self.member.is_some() {
                    self.on_its_way.push(event(self.seq));
                }
            }
            Step::Deliver if !self.on_its_way.is_empty() => {
                let frame = self.on_its_way.remove(0);
                self.hear(&frame);
            }
            // A reply that is lost is another matter: the next heartbeat's answer is, too, and the connection dead.
            Step::Lose if self.on_its_way.first().is_some_and(|frame| frame.contains("happened")) => {
                self.on_its_way.remove(0);
            }
            Step::Repeat if !self.on_its_way.is_empty() => {
                let frame = self.on_its_way[0].clone();
                self.hear(&frame);
            }
            Step::Lag => {
                if let Some(member) = self.member.take() {
                    let error = Message::membership(codec::ERROR, "t", Some(&member));
                    self.on_its_way.push(String::from_utf8(Serializer::V2.encode(&error).to_vec()).unwrap());
                }
            }
            Step::Cut => self.connect(),
            Step::Restart => {
                (self.epoch, self.seq) = (self.epoch + 1, 0);
                self.connect();
            }
            Step::Wait => {
                self.waits = false;
                if let Some(frame) = self.session.join("t") {
                    self.say(&frame);
                }
            }
            Step::Beat => match self.session.beat() {
                Beat::Send(frame) => self.say(&frame),
                Beat::Dead => self.connect(),
            },
            Step::Deliver | Step::Lose | Step::Repeat => {}
        }
    }
}

fn event(seq: u64) -> String {
    format!(r#"[null,null,"t","happened",{{"seq":{seq}}}]"#)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_event_is_heard_once_and_in_order_or_the_state_anew(steps in prop::collection::vec(step(), 0..200)) {
        let mut model = Model::new();
        for step in steps {
            model.step(step);
        }
        // One event more shows a gap that was not seen yet; what it takes to close it may take its time.
        model.step(Step::Publish);
        while !model.on_its_way.is_empty() || model.waits {
            model.step(if model.on_its_way.is_empty() { Step::Wait } else { Step::Deliver });
        }
        prop_assert_eq!(model.knows, Some((model.epoch.to_string(), model.seq)));
    }
}
