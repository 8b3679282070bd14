CREATE TABLE "detector_states" (
	"device_id" integer NOT NULL,
	"session_id" integer NOT NULL,
	"track_revision" integer NOT NULL,
	"detector_version" integer NOT NULL,
	"upto_us" bigint NOT NULL,
	"snapshot" jsonb NOT NULL,
	"saved_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "detector_states_device_id_session_id_pk" PRIMARY KEY("device_id","session_id")
);
--> statement-breakpoint
CREATE TABLE "device_keys" (
	"id" serial PRIMARY KEY NOT NULL,
	"device_id" integer NOT NULL,
	"user_id" integer NOT NULL,
	"hash" text NOT NULL,
	"prefix" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"revoked_at" timestamp with time zone,
	"last_used_at" timestamp with time zone,
	CONSTRAINT "device_keys_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
CREATE TABLE "device_states" (
	"device_id" integer PRIMARY KEY NOT NULL,
	"last_us" bigint,
	"x" double precision,
	"y" double precision,
	"speed_mps" real,
	"course_deg" real,
	"altitude_m" real,
	"accuracy_m" real,
	"attributes" jsonb,
	"received_at" timestamp with time zone,
	"odometer_m" double precision DEFAULT 0 NOT NULL,
	"stored" bigint DEFAULT 0 NOT NULL,
	"duplicates" bigint DEFAULT 0 NOT NULL,
	"refused" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"trips" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "live_sessions" (
	"session_id" integer PRIMARY KEY NOT NULL,
	"opened_by" text NOT NULL,
	"holder" text,
	"lease_until" timestamp with time zone,
	"delay_s" integer DEFAULT 0 NOT NULL,
	"laps_target" integer,
	"duration_target_ms" bigint,
	"closed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "session_marks" (
	"id" serial PRIMARY KEY NOT NULL,
	"session_id" integer NOT NULL,
	"at_us" bigint NOT NULL,
	"kind" text NOT NULL,
	"text" text DEFAULT '' NOT NULL,
	"entry_id" integer,
	"author_id" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "live" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "device_keys" ADD CONSTRAINT "device_keys_device_id_devices_id_fk" FOREIGN KEY ("device_id") REFERENCES "public"."devices"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "device_keys" ADD CONSTRAINT "device_keys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "device_states" ADD CONSTRAINT "device_states_device_id_devices_id_fk" FOREIGN KEY ("device_id") REFERENCES "public"."devices"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "live_sessions" ADD CONSTRAINT "live_sessions_session_id_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session_marks" ADD CONSTRAINT "session_marks_session_id_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session_marks" ADD CONSTRAINT "session_marks_author_id_users_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "device_keys_device" ON "device_keys" USING btree ("device_id");--> statement-breakpoint
CREATE INDEX "session_marks_session" ON "session_marks" USING btree ("session_id","at_us");--> statement-breakpoint
CREATE INDEX "sessions_live" ON "sessions" USING btree ("id") WHERE "sessions"."live";