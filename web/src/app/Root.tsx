// Who is at the screen decides what stands there: the app, or a page in front of it.
import { useQuery } from "@tanstack/react-query";
import { Navigate, Outlet, useMatches, useRouter } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useEffect } from "react";

import { sessionQuery } from "../api/access";
import { Failure } from "../ui/States";
import { Brand } from "./Brand";
import { Settings } from "./Settings";
import { Shell } from "./Shell";

export function Root() {
  const asked = useQuery(sessionQuery());
  const isDoor = useMatches({ select: (matches) => matches.some(({ staticData }) => staticData.door === true) });
  const session = asked.data;
  if (!session) {
    return <Door>{asked.error && <Failure error={asked.error} retry={() => void asked.refetch()} />}</Door>;
  }
  if (isDoor) {
    return (
      <Door>
        <Outlet />
      </Door>
    );
  }
  if (session.open || session.person) return <Shell />;
  if (session.setup) return <Navigate to="/setup" search={{}} replace />;
  return <ToSignIn />;
}

/** Once, with the address as it is now: by the time the page has changed it is another. */
function ToSignIn() {
  const router = useRouter();
  useEffect(() => {
    const { href } = router.state.location;
    void router.navigate({ to: "/sign-in", search: href === "/" ? {} : { to: href }, replace: true });
  }, [router]);
  return null;
}

function Door({ children }: { children: ReactNode }) {
  return (
    <div className="door">
      <Brand />
      {children ? (
        <main id="main" className="door-main">
          {children}
        </main>
      ) : (
        <div />
      )}
      <Settings />
    </div>
  );
}
