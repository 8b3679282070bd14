CREATE TABLE "job_events" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"data" jsonb NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "job_steps" (
	"run_id" bigint NOT NULL,
	"step_id" text NOT NULL,
	"result" jsonb,
	"attempts" integer DEFAULT 1 NOT NULL,
	"error" text,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "job_steps_run_id_step_id_pk" PRIMARY KEY("run_id","step_id")
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "jobs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"job_id" text NOT NULL,
	"event_id" text NOT NULL,
	"status" text NOT NULL,
	"attempt" integer DEFAULT 0 NOT NULL,
	"run_at" timestamp with time zone DEFAULT now() NOT NULL,
	"concurrency_key" text,
	"owner" text,
	"lease_until" timestamp with time zone,
	"lease_token" uuid,
	"cancel_requested" boolean DEFAULT false NOT NULL,
	"error" text,
	"output" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "jobs_job_event" UNIQUE("job_id","event_id")
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"key" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "devices" (
	"id" serial PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"external_id" text collate "C" NOT NULL,
	"name" text NOT NULL,
	"frame" text NOT NULL,
	"ready" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "devices_source_external_id" UNIQUE("source","external_id")
);
--> statement-breakpoint
CREATE TABLE "imports" (
	"id" serial PRIMARY KEY NOT NULL,
	"batch" text NOT NULL,
	"file" text NOT NULL,
	"hash" text,
	"bytes" bigint NOT NULL,
	"status" text NOT NULL,
	"phase" text NOT NULL,
	"progress" real DEFAULT 0 NOT NULL,
	"message" text DEFAULT '' NOT NULL,
	"line" integer,
	"track_id" integer,
	"session_name" text,
	"modified_at" timestamp with time zone,
	"device_ids" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"session_id" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "session_entries" (
	"id" serial PRIMARY KEY NOT NULL,
	"session_id" integer NOT NULL,
	"device_id" integer NOT NULL,
	"number" text,
	"driver" text,
	"car" text,
	"car_class" text,
	"fixes" integer DEFAULT 0 NOT NULL,
	"rate_hz" real,
	"rejected" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"distance_m" real,
	CONSTRAINT "session_entries_session_device" UNIQUE("session_id","device_id")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" serial PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"track_id" integer,
	"kind" text NOT NULL,
	"from_us" bigint NOT NULL,
	"to_us" bigint NOT NULL,
	"green_us" bigint,
	"time_basis" text NOT NULL,
	"simulated" boolean DEFAULT false NOT NULL,
	"ready" boolean DEFAULT true NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"notes" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "channel_blocks" (
	"device_id" integer NOT NULL,
	"from_us" bigint NOT NULL,
	"to_us" bigint NOT NULL,
	"count" integer NOT NULL,
	"channels" jsonb NOT NULL,
	"data" "bytea" NOT NULL,
	CONSTRAINT "channel_blocks_device_id_from_us_pk" PRIMARY KEY("device_id","from_us")
);
--> statement-breakpoint
CREATE TABLE "crossings" (
	"device_id" integer NOT NULL,
	"session_id" integer NOT NULL,
	"time_us" bigint NOT NULL,
	"checkpoint" integer NOT NULL,
	"direction" smallint NOT NULL,
	"method" text NOT NULL,
	"speed_mps" real,
	"uncertainty_ms" double precision NOT NULL,
	"in_gap" boolean NOT NULL,
	CONSTRAINT "crossings_device_id_session_id_time_us_checkpoint_pk" PRIMARY KEY("device_id","session_id","time_us","checkpoint")
);
--> statement-breakpoint
CREATE TABLE "lap_traces" (
	"device_id" integer NOT NULL,
	"lap_id" bigint NOT NULL,
	"samples" integer NOT NULL,
	"channels" jsonb NOT NULL,
	"data" "bytea" NOT NULL,
	CONSTRAINT "lap_traces_device_id_lap_id_pk" PRIMARY KEY("device_id","lap_id")
);
--> statement-breakpoint
CREATE TABLE "laps" (
	"device_id" integer NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "laps_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"session_id" integer NOT NULL,
	"number" integer NOT NULL,
	"class" text NOT NULL,
	"reason" text,
	"started_us" bigint NOT NULL,
	"ended_us" bigint NOT NULL,
	"time_ms" double precision NOT NULL,
	"uncertainty_ms" double precision,
	"estimated" boolean NOT NULL,
	"sectors" jsonb NOT NULL,
	"distance_m" real NOT NULL,
	"top_speed_mps" real,
	"min_speed_mps" real,
	"source" text NOT NULL,
	"track_revision" integer NOT NULL,
	"detector_version" integer NOT NULL,
	CONSTRAINT "laps_device_id_id_pk" PRIMARY KEY("device_id","id"),
	CONSTRAINT "laps_session_device_started" UNIQUE("session_id","device_id","started_us")
);
--> statement-breakpoint
CREATE TABLE "positions" (
	"device_id" integer NOT NULL,
	"time_us" bigint NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	"lat" double precision,
	"lon" double precision,
	"x_m" double precision,
	"y_m" double precision,
	"speed_mps" real,
	"course_deg" real,
	"altitude_m" real,
	"accuracy_m" real,
	"attributes" jsonb,
	CONSTRAINT "positions_device_id_time_us_pk" PRIMARY KEY("device_id","time_us"),
	CONSTRAINT "positions_one_pair" CHECK (("positions"."lat" is null) = ("positions"."lon" is null) and ("positions"."x_m" is null) = ("positions"."y_m" is null) and ("positions"."lat" is null) <> ("positions"."x_m" is null))
);
--> statement-breakpoint
CREATE TABLE "track_revisions" (
	"track_id" integer NOT NULL,
	"revision" integer NOT NULL,
	"json" jsonb NOT NULL,
	"author" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "track_revisions_track_id_revision_pk" PRIMARY KEY("track_id","revision")
);
--> statement-breakpoint
CREATE TABLE "tracks" (
	"id" serial PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"location" text NOT NULL,
	"frame" text NOT NULL,
	"revision" integer NOT NULL,
	"min_x" double precision NOT NULL,
	"min_y" double precision NOT NULL,
	"max_x" double precision NOT NULL,
	"max_y" double precision NOT NULL,
	"length_m" real,
	"simulated" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "job_steps" ADD CONSTRAINT "job_steps_run_id_jobs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_session_id_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."sessions"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session_entries" ADD CONSTRAINT "session_entries_session_id_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session_entries" ADD CONSTRAINT "session_entries_device_id_devices_id_fk" FOREIGN KEY ("device_id") REFERENCES "public"."devices"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_track_id_tracks_id_fk" FOREIGN KEY ("track_id") REFERENCES "public"."tracks"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "track_revisions" ADD CONSTRAINT "track_revisions_track_id_tracks_id_fk" FOREIGN KEY ("track_id") REFERENCES "public"."tracks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "jobs_due" ON "jobs" USING btree ("status","run_at");--> statement-breakpoint
CREATE INDEX "imports_hash" ON "imports" USING btree ("hash");--> statement-breakpoint
CREATE INDEX "imports_batch" ON "imports" USING btree ("batch");--> statement-breakpoint
CREATE INDEX "session_entries_device" ON "session_entries" USING btree ("device_id");--> statement-breakpoint
CREATE INDEX "sessions_from" ON "sessions" USING btree ("from_us");--> statement-breakpoint
CREATE INDEX "laps_id" ON "laps" USING btree ("id");--> statement-breakpoint
CREATE INDEX "positions_received" ON "positions" USING brin ("received_at");--> statement-breakpoint
-- Traces and channels come compressed: do not try again.
ALTER TABLE "lap_traces" ALTER COLUMN "data" SET STORAGE EXTERNAL;--> statement-breakpoint
ALTER TABLE "channel_blocks" ALTER COLUMN "data" SET STORAGE EXTERNAL;
