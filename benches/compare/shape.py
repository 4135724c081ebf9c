"""What the generated events are made of: names, moments, lengths. Read by the generator and by the questions."""

EVENTS = """
page_view view_item search_site open_app view_list scroll_page email_open add_to_cart ad_seen ad_click
email_click begin_checkout purchase save_item sign_in watch_clip push_shown push_open banner_seen banner_click
read_review write_review use_coupon drop_from_cart enter_payment enter_address sms_sent sms_click referral join
sign_out edit_profile enter_shop scan_shelf start_chat say_in_chat call_us call_closed open_ticket close_ticket
ask_refund get_refund parcel_moves parcel_there join_club redeem_points survey_asked survey_done rate_us plan_start
plan_renew plan_stop bill_seen bill_paid error_seen app_crash share compare watch_stock set_consent
""".split()
CHANNELS = "web ios android email paid_search paid_social organic sms push store call_center affiliate".split()
DEVICES = {"phone": 0.46, "desktop": 0.30, "till": 0.14, "tablet": 0.10}

# The funnel of the questions, the events that count as touches, and what a visit to the site begins with.
STEPS = ["view_item", "add_to_cart", "begin_checkout", "purchase"]
TOUCHES = ["ad_click", "email_click", "push_open", "sms_click", "referral"]
PURCHASE, PAGE_VIEW = "purchase", "page_view"

# Times are UTC microseconds. The events fill 26 weeks from a Monday on.
SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 24 * 60 * MINUTE
WEEK = 7 * DAY
START = 1_751_241_600 * SECOND  # 2025-06-30 00:00 UTC
END = START + 26 * WEEK

# What a dirty data set is asked with: about a tenth of the events has this device.
FILTER_COLUMN, FILTER_VALUE = "device", "tablet"

assert len(set(EVENTS)) == 60 and len(set(CHANNELS)) == 12 and set(STEPS + TOUCHES) < set(EVENTS)
