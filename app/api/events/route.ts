export { eventsDoor as GET } from "@/lib/http/events-door";
