//! Who comes: members and strangers, what they are like, how they are known on each channel.

use model::identity::Identifier;

use crate::dice::Dice;
use crate::rates;
use crate::retailer::{
    AGE_BANDS, CATEGORY_WEIGHTS, CITIES, Channel, GENDERS, MEMBER_LEVELS, PER_CATEGORY, PLATFORMS, PRODUCTS,
};
use crate::texts;

/// One person.
#[derive(Debug)]
pub(crate) struct Customer {
    pub(crate) number: u32,
    pub(crate) kind: Kind,
    /// Index into [`CITIES`].
    pub(crate) city: usize,
    /// Of the telephone: android or ios.
    pub(crate) phone: &'static str,
    /// Opens the web shop on a computer, not on the telephone.
    pub(crate) desktop: bool,
    /// Share of each of [`Channel::SHOPS`] in what they do.
    pub(crate) habits: [f64; 4],
    /// Mean days between leaving and beginning again, on usual days.
    pub(crate) pause_days: f64,
    /// Multiplies the odds of leaving.
    pub(crate) impatience: f64,
    /// ¥ they like to spend at once.
    pub(crate) budget: f64,
    /// Interest by category.
    pub(crate) needs: [f64; 10],
}

#[derive(Debug)]
pub(crate) enum Kind {
    Member(Member),
    /// Known by one device, on one channel.
    Anonymous,
    /// Known by the token of one visit to one store, printed on the receipt.
    PasserBy,
}

#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) gender: &'static str,
    pub(crate) age_band: &'static str,
    pub(crate) level: &'static str,
}

impl Customer {
    pub(crate) fn draw(number: u32, dice: &mut Dice) -> Customer {
        let city = dice.weighted(&CITIES.each_ref().map(|city| city.weight));
        let share = dice.unit();
        let phone = PLATFORMS[usize::from(dice.coin(0.4))];
        let desktop = dice.coin(0.65);
        let gender = usize::from(dice.coin(0.38));
        let age = dice.weighted(&[0.18, 0.33, 0.23, 0.16, 0.10]);
        let level = dice.weighted(&[0.55, 0.25, 0.14, 0.06]);
        let (kind, city, habits) = if share < 0.70 {
            let name = texts::name(dice, gender == 0);
            let (gender, age_band) = (GENDERS[gender], AGE_BANDS[age]);
            let member = Member { name, gender, age_band, level: MEMBER_LEVELS[level] };
            (Kind::Member(member), city, habits(dice, age, !CITIES[city].stores.is_empty()))
        } else if share < 0.88 {
            let mut only = [0.0; 4];
            only[1 + dice.weighted(&[0.5, 0.25, 0.25])] = 1.0;
            (Kind::Anonymous, city, only)
        } else {
            // Who passes by lives where there is a store to pass.
            let weights = CITIES.each_ref().map(|city| if city.stores.is_empty() { 0.0 } else { city.weight });
            (Kind::PasserBy, dice.weighted(&weights), [1.0, 0.0, 0.0, 0.0])
        };
        let mut needs = CATEGORY_WEIGHTS;
        needs.iter_mut().for_each(|need| *need *= dice.between(0.3, 1.7));
        let pause_days = if matches!(kind, Kind::Member(_)) { 24.0 } else { 55.0 } * (0.5 * dice.normal()).exp();
        Customer {
            number,
            kind,
            city,
            phone,
            desktop,
            habits,
            pause_days,
            impatience: (rates::PATIENCE_SD * dice.normal()).exp(),
            budget: 320.0 * (0.6 * dice.normal()).exp(),
            needs,
        }
    }

    /// The identity the customer is anonymous under on a channel.
    pub(crate) fn device(&self, seed: u64, channel: Channel) -> Identifier {
        let (namespace, prefix, salt) = match channel {
            Channel::App => ("device_id", "a", 1),
            Channel::Miniprogram => ("wechat_openid", "o", 2),
            Channel::Web => ("cookie_id", "c", 3),
            _ => ("visit_token", "v", 4),
        };
        let code = mix(seed ^ (u64::from(self.number) << 3) ^ salt);
        Identifier::new(namespace, format!("{prefix}{code:016x}"))
    }

    pub(crate) fn member_no(&self) -> Identifier {
        Identifier::new("member_no", format!("QH{:08}", self.number))
    }

    pub(crate) fn is_member(&self) -> bool {
        matches!(self.kind, Kind::Member(_))
    }

    pub(crate) fn platform(&self, channel: Channel) -> Option<&'static str> {
        match channel {
            Channel::App | Channel::Miniprogram => Some(self.phone),
            Channel::Web => Some(if self.desktop { PLATFORMS[2] } else { self.phone }),
            _ => None,
        }
    }

    pub(crate) fn shop(&self, dice: &mut Dice) -> Channel {
        Channel::SHOPS[dice.weighted(&self.habits)]
    }

    /// A product to look at: what was looked at before if there is such a memory, else by need, and rather what the
    /// budget allows.
    pub(crate) fn product(&self, dice: &mut Dice, seen: &[usize]) -> usize {
        if !seen.is_empty() && dice.coin(0.35) {
            return dice.pick(seen);
        }
        let category = dice.weighted(&self.needs);
        let first = category * PER_CATEGORY;
        let mut weights = [0.0; PER_CATEGORY];
        for (i, weight) in weights.iter_mut().enumerate() {
            let over = (PRODUCTS[first + i].price / self.budget).max(1.0);
            *weight = 1.0 / ((i + 1) as f64).sqrt() / (over * over);
        }
        first + dice.weighted(&weights)
    }
}

/// Shares of store, mini-program, app and web: by age, by whether there is a store, and by person.
fn habits(dice: &mut Dice, age: usize, has_store: bool) -> [f64; 4] {
    let base = [
        [0.20, 0.32, 0.36, 0.12],
        [0.24, 0.30, 0.33, 0.13],
        [0.30, 0.30, 0.26, 0.14],
        [0.36, 0.31, 0.19, 0.14],
        [0.42, 0.34, 0.13, 0.11],
    ][age];
    let mut shares = base.map(|share| share * (0.5 * dice.normal()).exp());
    if !has_store {
        shares[0] = 0.0;
    }
    let sum: f64 = shares.iter().sum();
    shares.map(|share| share / sum)
}

/// Spreads the bits of a number (the finaliser of SplitMix64), so that identifiers tell nothing by their order.
fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
