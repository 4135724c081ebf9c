// Leads from a page in front of the app to where the person wanted to go.
import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";

import { wayBack } from "./checks";

export function Onward({ to }: { to?: string | undefined }) {
  const router = useRouter();
  useEffect(() => router.history.replace(wayBack(to, location.origin)), [router, to]);
  return null;
}
