ALTER TABLE "device_states" ADD COLUMN "last_at" timestamp with time zone;--> statement-breakpoint
UPDATE "device_states" SET "last_at" = "received_at";
