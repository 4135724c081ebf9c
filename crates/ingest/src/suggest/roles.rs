//! Which column is what, by its name and its values.

use model::event::{Column, ColumnType};

use super::stats::{AMOUNTS, Columns, Stats, is_nearly_all};
use super::{Doubt, DoubtKind};
use crate::mapping::{Format, NumberFormat, TimeFormat};
use crate::rejects::is_reject_column;

/// The roles chosen for the columns of a file, by position.
#[derive(Debug, Default)]
pub(crate) struct Roles {
    pub(crate) time: Option<TimeRole>,
    pub(crate) identifiers: Vec<Identifier>,
    pub(crate) message_id: Option<usize>,
    pub(crate) event: Option<usize>,
    pub(crate) channel: Option<usize>,
    pub(crate) columns: Vec<(Column, usize)>,
    /// What describes the customer.
    pub(crate) traits: Vec<usize>,
    /// A nested list of objects.
    pub(crate) items: Option<usize>,
    /// A key that several rows standing together share.
    pub(crate) group: Option<usize>,
    /// How amounts are written, where it is not as programs write numbers.
    pub(crate) numbers: Option<NumberFormat>,
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
    "下单日期",
    "订单时间",
    "订单日期",
    "支付时间",
    "付款时间",
    "消费时间",
    "购买时间",
    "成交时间",
    "销售日期",
    "交易时间",
    "时间",
    "创建时间",
    "创建日期",
    "交易日期",
    "评价时间",
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
    "会员卡号",
    "会员编码",
    "会员账号",
    "用户id",
    "用户编号",
    "客户编号",
    "客户id",
    "客户号",
    "客户编码",
    "顾客编号",
    "顾客id",
    "买家id",
    "用户名",
    "客户",
    "顾客",
    "用户",
    "买家",
    "消费者",
    "unionid",
    "wechat_unionid",
    "openid",
    "wechat_openid",
    "phone",
    "mobile",
    "手机号",
    "手机",
    "手机号码",
    "联系电话",
    "电话",
    "电话号码",
    "email",
    "邮箱",
    "电子邮箱",
    "邮件",
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
    "事件类型",
    "行为类型",
    "操作",
    "操作类型",
    "业务类型",
    "业务",
    "服务类型",
    "互动类型",
    "触点",
    "环节",
    "interaction",
    "interaction_type",
    "touchpoint",
    "type",
];
const CHANNELS: &[&str] = &[
    "channel",
    "touch_channel",
    "interaction_channel",
    "渠道",
    "渠道名称",
    "触点渠道",
    "来源渠道",
    "下单渠道",
    "购买渠道",
    "订单来源",
];
const GROUPS: &[&str] = &[
    "basket_id",
    "order_id",
    "order_no",
    "transaction_id",
    "receipt_no",
    "订单号",
    "小票号",
    "订单编号",
    "订单id",
    "单号",
    "交易号",
    "流水号",
];

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
    (
        Column::Site,
        &["store_id", "store", "shop_id", "site", "branch", "门店", "门店编号", "门店名称", "店铺", "店铺名称"],
    ),
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
            "order_total",
            "amount_paid",
            "实付金额",
            "支付金额",
            "付款金额",
            "成交金额",
            "订单金额",
            "消费金额",
            "交易金额",
            "销售金额",
            "金额",
            "实付",
            "实付款",
            "实收金额",
            "成交额",
            "销售额",
            "消费额",
            "交易额",
            "订单总额",
            "总金额",
            "总额",
            "总价",
        ],
    ),
    (Column::Currency, &["currency", "currency_code", "币种"]),
    (Column::Quantity, &["quantity", "qty", "数量", "件数", "购买数量", "商品数量"]),
    (
        Column::Product,
        &[
            "product_id",
            "product",
            "sku",
            "sku_id",
            "item_id",
            "商品",
            "商品编号",
            "商品编码",
            "商品id",
            "商品名称",
            "产品",
            "产品名称",
        ],
    ),
    (Column::Category, &["category", "product_category", "品类", "类目", "商品类目", "商品分类"]),
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
    (
        Column::Score,
        &["score", "rating", "nps", "csat", "satisfaction", "评分", "满意度", "满意度评分", "打分", "分数", "星级"],
    ),
    (
        Column::Text,
        &[
            "comment",
            "comments",
            "feedback",
            "review",
            "verbatim",
            "text",
            "评价内容",
            "评论内容",
            "评价",
            "评论",
            "反馈",
            "意见",
            "留言",
            "内容",
            "备注",
            "remark",
            "remarks",
            "note",
            "notes",
        ],
    ),
    (Column::Error, &["error", "error_message", "error_code"]),
    (Column::DurationSeconds, &["duration_seconds", "duration_s"]),
];

/// Words within the name of a column that make it what the whole name does not say, and those that make it something else.
struct Hint {
    column: Column,
    within: &'static [&'static str],
    not: &'static [&'static str],
}

const HINTS: &[Hint] = &[
    Hint {
        column: Column::Amount,
        within: &["金额", "实付", "销售额", "成交额", "总价", "总额", "amount", "revenue", "turnover"],
        not: &[
            "优惠", "折扣", "减免", "退", "税", "运费", "余额", "单价", "discount", "refund", "tax", "shipping",
            "balance",
        ],
    },
    Hint {
        column: Column::Score,
        within: &["评分", "满意度", "打分", "score", "rating", "satisfaction"],
        not: &["编号", "时间", "日期", "人", "date", "time"],
    },
    Hint {
        column: Column::Text,
        within: &["评价", "评论", "反馈", "意见", "留言", "comment", "feedback", "review"],
        not: &[
            "编号", "时间", "日期", "人", "数", "等级", "类型", "状态", "评分", "date", "time", "type", "status",
            "count",
        ],
    },
];

/// The channel of what happened in a store.
pub(crate) const IN_STORE: &str = "store";

/// What describes a customer, beside names ([`model::called`]).
const TRAITS: &[&str] = &[
    "gender",
    "sex",
    "birthday",
    "birth_date",
    "date_of_birth",
    "membership_level",
    "member_level",
    "vip_level",
    "tier",
    "性别",
    "生日",
    "出生日期",
    "会员等级",
    "会员级别",
    "客户等级",
    "vip等级",
];

/// Words within the name of a column that holds money, whether or not it is what the event is worth.
const MONEY: &[&str] = &["金额", "价", "额", "费", "款", "amount", "price", "revenue", "cost", "fee", "paid"];

impl Roles {
    pub(crate) fn choose(columns: &Columns, stem: &str, format: Format) -> Roles {
        let mut roles = Roles::default();
        // What was added to a table of rejected rows says nothing of them.
        let mut taken: Vec<bool> = columns.list.iter().map(|column| is_reject_column(&column.name)).collect();
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
        roles.choose_typed(columns, &mut taken);
        if roles.channel.is_none() {
            roles.doubts.push(match roles.store(columns) {
                Some(name) => {
                    let text = format!(
                        "no column says the channel; every row names a `{name}`, so that it is taken to be `{IN_STORE}`"
                    );
                    Doubt::new(DoubtKind::ChannelGuessed, Some(name), text)
                }
                None => {
                    let text = "no column says the channel; put the one these rows come from in the place of `unknown`";
                    Doubt::new(DoubtKind::ChannelMissing, None, text)
                }
            });
        }
        roles.items = roles.items.or_else(|| {
            columns.list.iter().position(|column| {
                column.is_list && matches!(column.plain_name().as_str(), "items" | "products" | "line_items" | "lines")
            })
        });
        if let Some(at) = columns.totals.column {
            let (rows, name) = (columns.totals.rows, &columns.list[at].name);
            let text = format!("{rows} rows are sums of others, as `{name}` says; they are left out by `skip_if`");
            roles.doubts.push(Doubt::of(DoubtKind::TotalRows, Some(name), rows, text));
        }
        if matches!(format, Format::Xes | Format::Ocel) {
            // A line of a log is an event.
            return roles;
        }
        let describes = |stats: &Stats| {
            let name = stats.plain_name();
            model::called::names(&name) || TRAITS.contains(&name.as_str())
        };
        let plain = |stats: &Stats| stats.filled > 0 && !stats.is_list;
        roles.traits = (0..columns.list.len())
            .filter(|at| !taken[*at] && plain(&columns.list[*at]) && describes(&columns.list[*at]))
            .collect();
        roles.traits.iter().for_each(|at| taken[*at] = true);
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

    /// The column that says in every row in which store it was.
    pub(crate) fn store<'c>(&self, columns: &'c Columns) -> Option<&'c str> {
        let (_, at) = self.columns.iter().find(|(column, _)| *column == Column::Site)?;
        let stats = &columns.list[*at];
        is_full(stats, columns).then_some(stats.name.as_str())
    }

    fn choose_typed(&mut self, columns: &Columns, taken: &mut [bool]) {
        self.numbers = amounts(columns);
        let numbers = self.numbers;
        for (column, names) in TYPED {
            let fits = |stats: &Stats| stats.filled > 0 && !stats.is_list && holds(stats, *column, numbers);
            if let Some(at) = first_named(columns, taken, names, fits) {
                taken[at] = true;
                self.columns.push((*column, at));
            }
        }
        for Hint { column, within, not } in HINTS {
            if self.columns.iter().any(|(known, _)| known == column) {
                continue;
            }
            let named = |stats: &Stats| {
                let name = stats.plain_name();
                within.iter().any(|word| name.contains(word)) && !not.iter().any(|word| name.contains(word))
            };
            let fits = |stats: &Stats| {
                stats.filled > 0 && !stats.is_list && stats.times.is_empty() && holds(stats, *column, numbers)
            };
            let mut found = (0..columns.list.len()).filter(|at| !taken[*at]).filter(|at| named(&columns.list[*at]));
            if let Some(at) = found.find(|at| fits(&columns.list[*at])) {
                taken[at] = true;
                self.columns.push((*column, at));
            }
        }
        self.choose_amount(columns, taken);
    }

    /// Where no name says which column is the amount, the only one that names a currency is; what else looks like one, and
    /// what of the amount cannot be read, is for a person.
    fn choose_amount(&mut self, columns: &Columns, taken: &mut [bool]) {
        let amount =
            |roles: &Roles| roles.columns.iter().find(|(column, _)| *column == Column::Amount).map(|(_, at)| *at);
        if amount(self).is_none() {
            let says_currency = |at: &usize| {
                let stats = &columns.list[*at];
                !taken[*at] && stats.currencies * 2 > stats.filled && holds(stats, Column::Amount, self.numbers)
            };
            let found: Vec<usize> = (0..columns.list.len()).filter(says_currency).collect();
            if let [at] = found[..] {
                taken[at] = true;
                self.columns.push((Column::Amount, at));
            }
        }
        match amount(self) {
            Some(at) => {
                let stats = &columns.list[at];
                let unread = stats.filled - stats.numbers(self.numbers);
                if unread > 0 {
                    let text = format!(
                        "{unread} of the {} values of `{}` are no number; rows with them would be refused",
                        stats.filled, stats.name
                    );
                    self.doubts.push(Doubt::of(DoubtKind::AmountUnread, Some(&stats.name), unread, text));
                }
            }
            None => {
                let looks = (0..columns.list.len()).filter(|at| !taken[*at] && looks_like_amount(&columns.list[*at]));
                for name in looks.map(|at| &columns.list[at].name) {
                    let text = format!(
                        "`{name}` looks like an amount and is taken for a property; say `amount: {name}` if it is one"
                    );
                    self.doubts.push(Doubt::new(DoubtKind::AmountUnmapped, Some(name), text));
                }
            }
        }
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
        if column.times_unread > 0 {
            let (unread, name) = (column.times_unread, &column.name);
            let text = format!(
                "{unread} of the {} values of `{name}` are no time; rows with them would be refused",
                column.filled
            );
            self.doubts.push(Doubt::of(DoubtKind::TimesUnread, Some(name), unread, text));
        }
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
            let says_who = (0..columns.list.len()).find(|at| !taken[*at] && is_contact(&columns.list[*at]));
            if let Some(at) = says_who {
                self.identify(columns, taken, at);
                return;
            }
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

/// How the amounts of a file are written: in the way that reads most of what programs would not; `None` where there is none.
fn amounts(columns: &Columns) -> Option<NumberFormat> {
    let written: Vec<&Stats> = columns.list.iter().filter(|column| column.is_written()).collect();
    let read = |at: usize| written.iter().map(|column| column.written[at]).sum::<usize>();
    let best = (0..AMOUNTS.len()).rev().max_by_key(|at| read(*at))?;
    (!written.is_empty()).then(|| AMOUNTS[best])
}

/// Whether a column holds what an event's column wants. Of an amount a few values may be something else, which is told.
fn holds(stats: &Stats, column: Column, numbers: Option<NumberFormat>) -> bool {
    match column.column_type() {
        ColumnType::Text => true,
        ColumnType::Number if column == Column::Amount => {
            !is_of_case(stats) && is_nearly_all(stats.numbers(numbers), stats.filled)
        }
        ColumnType::Number => stats.numbers(numbers) == stats.filled && !stats.is_time_of_day,
    }
}

/// Whether a column looks like an amount of money, by its name or its values.
pub(crate) fn looks_like_amount(stats: &Stats) -> bool {
    let most = stats.written.into_iter().max().unwrap_or_default();
    let name = stats.plain_name();
    let is_money = MONEY.iter().any(|word| name.contains(word)) || stats.currencies * 2 > stats.filled;
    stats.filled > 0
        && is_money
        && !is_of_case(stats)
        && most * 2 > stats.filled
        && !stats.is_list
        && stats.times.is_empty()
}

/// Whether a column says something of a case, again on each of its events: added up it would count many times.
fn is_of_case(stats: &Stats) -> bool {
    stats.name.starts_with("case.")
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

/// Whether every value is a mobile number of mainland China or an e-mail address.
fn is_contact(column: &Stats) -> bool {
    let is_mobile = |text: &String| {
        let digits = text.trim().trim_start_matches("+86").trim_start();
        digits.len() == 11 && digits.starts_with('1') && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_mail =
        |text: &String| text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    column.filled > 0 && (column.distinct.iter().all(is_mobile) || column.distinct.iter().all(is_mail))
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
