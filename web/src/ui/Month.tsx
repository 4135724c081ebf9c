// A month of days to choose from, with the way to the next and the one before: the inside of every calendar.
import { ChevronLeft, ChevronRight } from "lucide-react";
import { Button, CalendarCell, CalendarGrid, CalendarGridBody, CalendarGridHeader, CalendarHeaderCell, Heading } from "react-aria-components";

export function Month() {
  return (
    <>
      <header className="calendar-head">
        <Button slot="previous" className="button button-quiet button-icon">
          <ChevronLeft size={16} aria-hidden />
        </Button>
        <Heading className="calendar-title" />
        <Button slot="next" className="button button-quiet button-icon">
          <ChevronRight size={16} aria-hidden />
        </Button>
      </header>
      <CalendarGrid className="calendar-grid">
        <CalendarGridHeader>{(day) => <CalendarHeaderCell>{day}</CalendarHeaderCell>}</CalendarGridHeader>
        <CalendarGridBody>{(date) => <CalendarCell date={date} className="calendar-cell" />}</CalendarGridBody>
      </CalendarGrid>
    </>
  );
}
