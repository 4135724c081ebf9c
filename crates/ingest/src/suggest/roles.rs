//! Which column is what, by its name and its values.

use model::event::{Column, ColumnType};

use super::stats::{Columns, Stats};
use super::{Doubt, DoubtKind};
use crate::mapping::{Format, TimeFormat};

/// The roles chosen for the columns of a file, by position.
#[derive(Debug, Default)]
pub(crate) struct Roles {
    pub(crate) time: Option<TimeRole>,
    pub(crate) identifiers: Vec<Identifier>,
    pub(crate) message_id: Option<usize>,
    pub(crate) event: Option<usize>,
    pub(crate) channel: Option<usize>,
    pub(crate) columns: Vec<(Column, usize)>,
    /// A nested list of objects.
    pub(crate) items: Option<usize>,
    /// A key that several rows standing together share.
    pub(crate) group: Option<usize>,
    /// What a person should look at.
    pub(crate) doubts: Vec<Doubt>,
}

/// A column that says who did it.
#[derive(Debug)]
pub(crate) struct Identifier {
    pub(crate) namespace: String,
    pub(crate) column: usize,
}

#[derive(Debug)]
pub(crate) struct TimeRole {
    pub(crate) columns: Vec<usize>,
    pub(crate) format: TimeFormat,
    pub(crate) needs_zone: bool,
}

const TIMES: &[&str] = &[
    "time:timestamp",
    "event_time",
    "timestamp",
    "event_timestamp",
    "occurred_at",
    "time",
    "datetime",
    "ts",
    "sent_at",
    "created_at",
    "order_time",
    "pay_time",
    "transaction_timestamp",
    "date",
    "事件时间",
    "发生时间",
    "下单时间",
    "交易时间",
    "时间",
    "创建时间",
    "日期",
];
/// People first, then what they are known by, then their devices.
const IDENTIFIERS: &[&str] = &[
    "user_id",
    "userid",
    "customer_id",
    "customerid",
    "member_no",
    "member_id",
    "login_id",
    "household_id",
    "account_id",
    "会员编号",
    "会员号",
    "会员",
    "会员id",
    "用户id",
    "用户编号",
    "客户编号",
    "客户id",
    "unionid",
    "wechat_unionid",
    "openid",
    "wechat_openid",
    "phone",
    "mobile",
    "手机号",
    "手机",
    "email",
    "distinct_id",
    "user_pseudo_id",
    "anonymous_id",
    "anonymousid",
    "client_id",
    "visitor_id",
    "device_id",
    "cookie_id",
    "uid",
];
const MESSAGE_IDS: &[&str] = &[
    "message_id",
    "messageid",
    "event_id",
    "msg_id",
    "insert_id",
    "uuid",
    "track_id",
    "event_uuid",
    "消息id",
    "事件id",
    "identity:id",
];
const EVENTS: &[&str] = &[
    "concept:name",
    "event",
    "event_name",
    "eventname",
    "event_type",
    "action",
    "activity",
    "behavior",
    "behaviour",
    "事件",
    "事件名",
    "事件名称",
    "行为",
    "动作",
    "type",
];
const CHANNELS: &[&str] = &["channel", "touch_channel", "interaction_channel", "渠道", "触点渠道", "来源渠道"];
const GROUPS: &[&str] =
    &["basket_id", "order_id", "order_no", "transaction_id", "receipt_no", "订单号", "小票号", "订单编号"];

/// The case of an XES event.
const CASE_ID: &str = "case.concept:name";
/// What types of objects are called that act.
const PEOPLE: &[&str] = &[
    "customer",
    "client",
    "user",
    "member",
    "person",
    "buyer",
    "guest",
    "passenger",
    "patient",
    "applicant",
    "citizen",
    "student",
    "subscriber",
    "household",
    "客户",
    "顾客",
    "用户",
    "会员",
    "患者",
    "学生",
];
/// Ways from an object of another type to the one that acts that are suggested.
const RELATED_MAX: usize = 4;

const TYPED: &[(Column, &[&str])] = &[
    (Column::Account, &["account", "account_name", "company", "企业"]),
    (Column::SessionId, &["session_id", "sessionid", "session", "ga_session_id", "会话id"]),
    (Column::Site, &["store_id", "store", "shop_id", "site", "branch", "门店", "门店编号", "店铺"]),
    (Column::Zone, &["zone", "zone_id", "区域"]),
    (
        Column::Amount,
        &[
            "amount",
            "revenue",
            "price_total",
            "total",
            "value",
            "sales_value",
            "order_amount",
            "金额",
            "订单金额",
            "支付金额",
        ],
    ),
    (Column::Currency, &["currency", "currency_code", "币种"]),
    (Column::Quantity, &["quantity", "qty", "数量"]),
    (Column::Product, &["product_id", "product", "sku", "sku_id", "item_id", "商品", "商品编号", "商品id"]),
    (Column::Category, &["category", "product_category", "品类", "类目"]),
    (Column::OrderId, GROUPS),
    (Column::Campaign, &["campaign", "campaign_id", "campaign_name", "活动", "营销活动"]),
    (Column::UtmSource, &["utm_source"]),
    (Column::UtmMedium, &["utm_medium"]),
    (Column::UtmCampaign, &["utm_campaign"]),
    (Column::UtmTerm, &["utm_term"]),
    (Column::UtmContent, &["utm_content"]),
    (Column::Page, &["page", "page_url", "url", "page_location", "path", "页面"]),
    (Column::Referrer, &["referrer", "referer", "page_referrer", "来源页面"]),
    (Column::Platform, &["platform", "os", "lib", "平台"]),
    (Column::Device, &["device", "device_type", "device_category", "model", "设备"]),
    (Column::Country, &["country", "国家"]),
    (Column::Region, &["region", "province", "state", "省份"]),
    (Column::City, &["city", "城市"]),
    (Column::Score, &["score", "rating", "nps", "csat", "评分"]),
    (Column::Text, &["comment", "text", "feedback", "评论", "内容"]),
    (Column::Error, &["error", "error_message", "error_code"]),
    (Column::DurationSeconds, &["duration_seconds", "duration_s"]),
];

impl Roles {
    pub(crate) fn choose(columns: &Columns, stem: &str, format: Format) -> Roles {
        let mut roles = Roles::default();
        let mut taken = vec![false; columns.list.len()];
        if format == Format::Ocel {
            roles.take_log(columns, &mut taken);
        }
        if roles.time.is_none() {
            // A log may lack times here and there, and still has no other column for them.
            let is_time = |at: &usize| format == Format::Xes && !columns.list[*at].times.is_empty();
            roles.choose_time(columns, &mut taken, exact(columns, "time:timestamp").filter(is_time));
        }
        roles.message_id = roles.message_id.or_else(|| {
            first_named(columns, &taken, MESSAGE_IDS, |column| column.is_unique() && is_full(column, columns))
        });
        take(&mut taken, roles.message_id);
        match format {
            Format::Ocel => roles.choose_objects(columns, &mut taken),
            _ => roles.choose_identifiers(columns, &mut taken),
        }
        roles.event = roles.event.or_else(|| {
            first_named(columns, &taken, EVENTS, |column| {
                !column.has_many && column.distinct.len() <= 500 && !column.is_number && is_full(column, columns)
            })
        });
        take(&mut taken, roles.event);
        if roles.event.is_none() {
            let text =
                format!("no column says what happened, so every row is the event `{stem}`; name it as you call it");
            roles.doubts.push(Doubt::new(DoubtKind::EventMissing, None, text));
        }
        roles.channel = first_named(columns, &taken, CHANNELS, |column| {
            !column.has_many && column.distinct.len() <= 100 && is_full(column, columns)
        });
        take(&mut taken, roles.channel);
        if roles.channel.is_none() {
            let text = "no column says the channel; put the one these rows come from in the place of `unknown`";
            roles.doubts.push(Doubt::new(DoubtKind::ChannelMissing, None, text));
        }
        for (column, names) in TYPED {
            let fits = |stats: &Stats| {
                stats.filled > 0 && !stats.is_list && (column.column_type() == ColumnType::Text || stats.is_number)
            };
            if let Some(at) = first_named(columns, &taken, names, fits) {
                taken[at] = true;
                roles.columns.push((*column, at));
            }
        }
        roles.items = roles.items.or_else(|| {
            columns.list.iter().position(|column| {
                column.is_list && matches!(column.plain_name().as_str(), "items" | "products" | "line_items" | "lines")
            })
        });
        if matches!(format, Format::Xes | Format::Ocel) {
            // A line of a log is an event.
            return roles;
        }
        roles.group = roles
            .columns
            .iter()
            .find(|(column, at)| *column == Column::OrderId && columns.list[*at].repeats * 4 > columns.list[*at].filled)
            .map(|(_, at)| *at);
        if let Some(at) = roles.group {
            let name = &columns.list[at].name;
            let text = format!("several rows share a `{name}`; if they are one event, see `group_by` at the end");
            roles.doubts.push(Doubt::new(DoubtKind::RowsShared, Some(name), text));
        }
        roles
    }

    /// The fields every event of an object-centric log has.
    fn take_log(&mut self, columns: &Columns, taken: &mut [bool]) {
        self.message_id = exact(columns, "id");
        self.event = exact(columns, "type");
        self.items = exact(columns, "relationships");
        [self.message_id, self.event, self.items].into_iter().for_each(|at| take(taken, at));
        if let Some(at) = exact(columns, "time").filter(|at| !columns.list[*at].times.is_empty()) {
            self.choose_time(columns, taken, Some(at));
        }
    }

    /// The type of object that acts: one that is called as people are, else the one most events have.
    fn choose_objects(&mut self, columns: &Columns, taken: &mut [bool]) {
        let kind = |at: &usize| object_type(&columns.list[*at].name).map(|kind| (*at, kind.to_owned()));
        let mut kinds: Vec<(usize, String)> = (0..columns.list.len()).filter_map(|at| kind(&at)).collect();
        kinds.sort_by_key(|(at, _)| std::cmp::Reverse(columns.list[*at].filled));
        // Those that events do not name themselves may be related to the objects they name.
        let related = |kind: &str| -> Vec<usize> {
            let mut found: Vec<usize> =
                (0..columns.list.len()).filter(|at| related_type(&columns.list[*at].name) == Some(kind)).collect();
            found.sort_by_key(|at| std::cmp::Reverse(columns.list[*at].filled));
            found.truncate(RELATED_MAX);
            found
        };
        let people = |kind: &str| {
            let kind = kind.to_lowercase();
            PEOPLE.iter().any(|word| kind.contains(word))
        };
        let named = kinds.iter().map(|(_, kind)| kind.as_str());
        let reached = columns.list.iter().filter_map(|column| related_type(&column.name));
        let acting = named.clone().chain(reached).find(|kind| people(kind)).map(str::to_owned);
        let chosen = acting.clone().or_else(|| kinds.first().map(|(_, kind)| kind.clone()));
        let Some(chosen) = chosen else {
            let text = "no event is about an object, so nobody is known to have done it";
            self.doubts.push(Doubt::new(DoubtKind::ActorMissing, None, text));
            return;
        };
        let own = kinds.iter().filter(|(_, kind)| *kind == chosen).map(|(at, _)| *at);
        for at in own.chain(related(&chosen)) {
            taken[at] = true;
            self.identifiers.push(Identifier { namespace: chosen.clone(), column: at });
        }
        if acting.is_none() {
            let text = format!("no type of object is known to be who acts; `{chosen}` is a guess");
            self.doubts.push(Doubt::new(DoubtKind::ActorGuessed, Some(&chosen), text));
        }
    }

    /// Chooses the time, or takes a column for it.
    fn choose_time(&mut self, columns: &Columns, taken: &mut [bool], given: Option<usize>) {
        let is_time = |column: &Stats| !column.times.is_empty() && is_full(column, columns);
        let found = given.or_else(|| first_named(columns, taken, TIMES, is_time)).or_else(|| {
            // Unix times are numbers like any other: only a name makes one.
            columns.list.iter().position(|column| is_time(column) && !column.is_number)
        });
        let Some(at) = found else {
            let text = "no column is a time in every row; name one under `time`";
            self.doubts.push(Doubt::new(DoubtKind::TimeMissing, None, text));
            return;
        };
        taken[at] = true;
        let column = &columns.list[at];
        let format = column.times[0].clone();
        let swapped = |a: &str, b: &str| {
            [a, b].iter().all(|start| column.times.iter().any(|time| time.name().starts_with(start)))
        };
        if !column.is_typed && swapped("%d/%m", "%m/%d") {
            let text = format!("in `{}` day and month could be either way round; check `format`", column.name);
            self.doubts.push(Doubt::new(DoubtKind::DayOrMonth, Some(&column.name), text));
        }
        let is_unix =
            matches!(format, TimeFormat::UnixSeconds | TimeFormat::UnixMilliseconds | TimeFormat::UnixMicroseconds);
        let needs_zone = !is_unix && !column.has_offset && !format.name().contains("%z");
        let mut role = TimeRole { columns: vec![at], format, needs_zone };
        let is_date_only = column.distinct.iter().all(|text| !text.contains(':') || text.ends_with(" 00:00:00"));
        let time_of_day = columns.list.iter().position(|column| column.is_time_of_day && is_full(column, columns));
        if let (true, true, Some(other)) = (is_date_only, needs_zone, time_of_day) {
            taken[other] = true;
            role.columns.push(other);
            let has_seconds = columns.list[other].distinct.iter().all(|text| text.matches(':').count() == 2);
            if let TimeFormat::Pattern(pattern) = &role.format {
                role.format =
                    TimeFormat::Pattern(format!("{pattern} {}", if has_seconds { "%H:%M:%S" } else { "%H:%M" }));
            }
        }
        if needs_zone {
            let text = format!(
                "the times in `{}` say no zone; UTC stands there until you name that of their clock",
                column.name
            );
            self.doubts.push(Doubt::new(DoubtKind::ZoneMissing, Some(&column.name), text));
        }
        self.time = Some(role);
    }

    fn identify(&mut self, columns: &Columns, taken: &mut [bool], at: usize) {
        taken[at] = true;
        self.identifiers.push(Identifier { namespace: columns.list[at].plain_name(), column: at });
    }

    fn choose_identifiers(&mut self, columns: &Columns, taken: &mut [bool]) {
        for wanted in IDENTIFIERS {
            if let Some(at) = first_named(columns, taken, &[wanted], |column| column.filled > 0 && !column.is_list) {
                self.identify(columns, taken, at);
            }
        }
        if let Some(at) = exact(columns, CASE_ID) {
            if self.identifiers.is_empty() {
                let text = "the case stands for who did it; if an attribute of the case names the customer, put it first \
                            under `identifiers`";
                self.doubts.push(Doubt::new(DoubtKind::CaseActs, None, text));
            }
            taken[at] = true;
            self.identifiers.push(Identifier { namespace: "case".to_owned(), column: at });
        }
        if self.identifiers.is_empty() {
            let is_key =
                |column: &Stats| column.plain_name().ends_with("id") && is_full(column, columns) && !column.is_unique();
            let guess = (0..columns.list.len())
                .find(|at| !taken[*at] && is_key(&columns.list[*at]))
                .or_else(|| (0..columns.list.len()).find(|at| !taken[*at] && columns.list[*at].filled > 0));
            let Some(at) = guess else { return };
            self.identify(columns, taken, at);
            let name = &columns.list[at].name;
            let text = format!("no column is known to say who did it; `{name}` is a guess");
            self.doubts.push(Doubt::new(DoubtKind::ActorGuessed, Some(name), text));
        }
    }
}

/// The column of a whole name.
fn exact(columns: &Columns, name: &str) -> Option<usize> {
    columns.list.iter().position(|column| column.name == name)
}

/// The type in `objects.TYPE.id`.
fn object_type(name: &str) -> Option<&str> {
    name.strip_prefix("objects.")?.strip_suffix(".id").filter(|kind| !kind.contains(".attributes"))
}

/// The type in `objects.OTHER.related.TYPE`.
fn related_type(name: &str) -> Option<&str> {
    name.strip_prefix("objects.")?.split_once(".related.").map(|(_, kind)| kind)
}

fn take(taken: &mut [bool], at: Option<usize>) {
    if let Some(at) = at {
        taken[at] = true;
    }
}

/// A column is full if nine rows in ten have a value.
fn is_full(column: &Stats, columns: &Columns) -> bool {
    column.filled * 10 >= columns.rows * 9 && column.filled > 0
}

/// The column with the first of some names that fits. Shallow names win over nested ones.
fn first_named(columns: &Columns, taken: &[bool], names: &[&str], fits: impl Fn(&Stats) -> bool) -> Option<usize> {
    names.iter().find_map(|wanted| {
        (0..columns.list.len())
            .filter(|at| !taken[*at] && columns.list[*at].plain_name() == *wanted && fits(&columns.list[*at]))
            .min_by_key(|at| columns.list[*at].name.matches('.').count())
    })
}
