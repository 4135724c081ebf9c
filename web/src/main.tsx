// Starts the app: guard, language, router. The styles come first: `tokens.css` states the order of the layers.
import "./ui/tokens.css";
import "./ui/base.css";
import "./ui/kit.css";
import "./app/shell.css";
import "./app/print.css";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { sessionQuery } from "./api/access";
import { ApiError, whenSignedOut } from "./api/client";
import { guardDom } from "./app/domGuard";
import { startI18n } from "./app/i18n";
import { Locale } from "./app/Locale";
import { fitToSheet } from "./app/print";
import { router } from "./app/router";

const RETRIES = 2;

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 60_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => count < RETRIES && error instanceof ApiError && error.retryable,
    },
  },
});

whenSignedOut(() => void client.refetchQueries(sessionQuery(), { cancelRefetch: false }));
guardDom();
fitToSheet();
// The page at this address is fetched while the frame's texts are still on their way, and who is signed in is asked.
void client.prefetchQuery(sessionQuery());
const texts = startI18n();
void router.load();
await texts;

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <Locale>
          <RouterProvider router={router} />
        </Locale>
      </QueryClientProvider>
    </StrictMode>,
  );
}
