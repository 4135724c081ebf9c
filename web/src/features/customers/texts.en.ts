// Texts of customers.
import type { English } from "../../ui/language";
import type zhCN from "./texts.zh-CN";

const en: English<typeof zhCN> = {
  "customers.note": "Find a customer by an identifier and see their whole line through every channel.",
  "customers.namespace": "Kind of identifier (optional)",
  "customers.anyNamespace": "any",
  "customers.search": "Find",
  "customers.how": "Enter a whole identifier",
  "customers.howExact": "A member number, device id, open id or hashed phone number, written exactly as in the data.",
  "customers.howNumbers": "Or open any number of a journey map and go on from “Customers behind it”.",
  "customers.found": "Customers found: {{n}}",
  "customers.nobody": "No customer has the identifier “{{value}}”",
  "customers.nobodyWhy": "Identifiers are matched exactly, capitals included. Check the spelling, or leave the kind empty.",
  "customers.customer": "Customer",
  "customer.mark": "Mark journey",
  "customer.markNone": "None",
  "customer.older": "Older events",
  "customer.shown": "{{shown}} of {{all}} events shown",
  "customer.more": "{{n}} more",
};

export default en;
