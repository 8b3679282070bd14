import { checksum } from '@/lib/formats/nmea-sentence';

/** One small hand-made file of each format, for the tests that must hold for all of them. */
export type Sample = { format: string; name: string; bytes: Uint8Array };

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** An NMEA sentence with its checksum. */
export function sentence(body: string): string {
  return `$${body}*${checksum(body).toString(16).toUpperCase().padStart(2, '0')}\r\n`;
}

const csv = `device,time_ms,lat,lon,speed_mps,oil [°C]
7,1775319260240,41.5,2.25,31.5,91
8,1775319260300,41.6,2.26,,90.5
7,1775319260340,41.50001,2.25001,31.6,
`;

const json = `{"format":"pitwall-recording","version":1,"timeBasis":"none","title":"Test","driver":null,
"vehicle":null,"notes":[],"recordedLaps":[{"number":1,"timeMs":61000,"sectorsMs":[30000,31000]}],"track":null,
"devices":[{"device":"robot","frame":"planar","channels":[{"name":"battery","unit":"V"}],"fixes":[
[0,1.5,2.5,0.5,90,null,null,12.1],
[100,1.55,2.5,0.5,90,null,null,12.0]]}]}
`;

const nmea = [
  sentence('GNGGA,235959.900,4130.00000,N,00215.00000,E,1,09,0.9,120.5,M,,M,,'),
  sentence('GNRMC,235959.900,A,4130.00000,N,00215.00000,E,60.00,045.0,310126,,,A'),
  sentence('GNVTG,045.0,T,,M,60.00,N,111.12,K,A'),
  sentence('GNRMC,000000.000,A,4130.00100,N,00215.00100,E,60.00,045.0,010226,,,A'),
].join('');

const vbo = `File created on 05/03/2026 @ 23:58\r
\r
[header]\r
satellites\r
time\r
latitude\r
longitude\r
velocity kmh\r
heading\r
height\r
\r
[laptiming]\r
Start +02490.00000 -000135.00100 +02490.00000 -000134.99900 ¬ Start / Finish\r
\r
[column names]\r
sats time lat long velocity heading height\r
\r
[data]\r
009 235959.90 +02489.99000 -00135.00000 100.000 000.00 +00120.50\r
009 000000.00 +02490.01000 -00135.00000 100.000 000.00 +00120.50\r
`;

const racechrono = `This file is created using RaceChrono Pro v9.1.3 ( http://racechrono.com/ ).
Format,3
Session title,"Evening, dry"
Session type,Lap timing
Track name,"Short ring"
Driver name,Ada
Created,05/03/2026,18:30
Note,

timestamp,fragment_id,lap_number,latitude,longitude,speed,bearing,altitude,accuracy,speed,rpm
unix time,,,deg,deg,m/s,deg,m,m,km/h,rpm
,,,100: gps,100: gps,100: gps,100: gps,100: gps,100: gps,200: obd,200: obd
1772735400.000,0,,41.5,2.25,10.5,45,120,2.5,,
1772735400.050,0,,,,,,,,37.9,4100
1772735400.100,0,1,41.50001,2.25001,10.6,45,120,2.5,,
`;

const gpx = `<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1" xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v2">
<metadata><name>Evening</name></metadata>
<trk><name>Kart 7</name><trkseg>
<trkpt lat="41.5" lon="2.25"><ele>120.5</ele><time>2026-03-05T18:30:00.040Z</time><hdop>0.9</hdop>
<extensions><gpxtpx:TrackPointExtension><gpxtpx:hr>150</gpxtpx:hr><gpxtpx:speed>31.5</gpxtpx:speed><gpxtpx:course>45</gpxtpx:course></gpxtpx:TrackPointExtension></extensions></trkpt>
<trkpt lat="41.50001" lon="2.25001"><time>2026-03-05T18:30:00.140Z</time></trkpt>
</trkseg></trk></gpx>
`;

const doveHead = `datetime,driver,course,short_name,best_lap_ms,optimal_ms\r\n2026-03-05 18:30:00,ada,Normal,SR,60100,60000\r\nlaps_ms\r\n61000,60100\r\n`;
const doveRows = `timestamp,sats,hdop,lat,lng,speed_mph,altitude_m,heading_deg,h_acc_m,rpm,accel_x,accel_y,accel_z\r
1772735400000,9,0.9,41.5,2.25,60.00,120.5,45.00,0.35,7000,-0.1,0.2,-1\r
1772735400040,9,0.9,41.50001,2.25001,60.10,120.5,45.00,0.35,7010,-0.1,0.2,-1\r
`;

const trackaddict = `# RaceRender Data: TrackAddict 4.8.2 on Android 12 (Mode: 0)
# Vehicle: Blue one
# End Point: 41.50000, 2.25000  @ 90.00 deg
"Time","UTC Time","Lap","GPS_Update","GPS_Delay","Latitude","Longitude","Altitude (m)","Altitude (ft)","Speed (MPH)","Heading","Accuracy (m)","Accel X"
0.000,1772735400.000,0,1,0.000,41.5,2.25,120.5,395,60.0,45.0,4.0,0.1
0.050,1772735400.050,0,0,0.000,41.5,2.25,120.5,395,60.0,45.0,4.0,0.2
# Sector 1: 00:00:30.500
# Lap 1: 00:01:02.250
1.000,1772735401.000,0,1,0.250,41.50001,2.25001,120.5,395,61.0,45.0,4.0,0.3
# Session End
`;

export type RafFrame = { x: number; y: number; z?: number; speed?: number; gear?: number; rpm?: number };

/** A RAF as the game lays it out; `claim` overrules the count of frames in the head. */
export function rafBytes(
  frames: readonly RafFrame[],
  { intervalMs = 10, timesMs = [] as readonly number[], claim = frames.length } = {},
): Uint8Array {
  const bytes = new Uint8Array(1024 + 192 * frames.length);
  const view = new DataView(bytes.buffer);
  bytes.set(bytesOf('LFSRAF'), 0);
  view.setUint8(8, 2);
  view.setUint8(9, intervalMs);
  view.setUint16(12, 1024, true);
  view.setUint16(14, 192, true);
  view.setUint32(20, claim, true);
  bytes.set(bytesOf('Ada'), 32);
  bytes.set(bytesOf('XF GTI'), 64);
  bytes.set(bytesOf('Blackwood'), 96);
  bytes.set(bytesOf('GP'), 128);
  view.setUint8(171, timesMs.length);
  timesMs.forEach((time, index) => {
    view.setInt32(172 + 4 * index, time, true);
  });
  frames.forEach(({ x, y, z = 0, speed = 0, gear = 2, rpm = 0 }, index) => {
    const at = 1024 + 192 * index;
    view.setFloat32(at, 0.5, true);
    view.setFloat32(at + 4, 0.25, true);
    view.setFloat32(at + 8, -0.5, true);
    view.setUint8(at + 20, gear);
    view.setInt8(at + 21, -10);
    view.setInt8(at + 22, 20);
    view.setFloat32(at + 24, speed, true);
    view.setInt32(at + 32, Math.round(x * 65_536), true);
    view.setInt32(at + 36, Math.round(y * 65_536), true);
    view.setInt32(at + 40, Math.round(z * 65_536), true);
    view.setFloat32(at + 44, (rpm * 2 * Math.PI) / 60, true);
    view.setInt16(at + 58, 32_767, true);
  });
  return bytes;
}

export const SAMPLES: readonly Sample[] = [
  { format: 'csv', name: 'a.csv', bytes: bytesOf(csv) },
  { format: 'json', name: 'a.json', bytes: bytesOf(json) },
  {
    format: 'json',
    name: 'a.ndjson',
    bytes: bytesOf('{"time_ms":0,"x_m":1,"y_m":2}\n{"time_ms":5,"x_m":1,"y_m":3}\n'),
  },
  {
    format: 'json',
    name: 'b.json',
    bytes: bytesOf(
      '[{"device":"ü","timeMs":1,"lat":1,"lon":2,"rpm":3},\n {"device":"ü","timeMs":2,"lat":1,"lon":2}]',
    ),
  },
  { format: 'nmea', name: 'a.nmea', bytes: bytesOf(nmea) },
  { format: 'vbo', name: 'a.vbo', bytes: bytesOf(vbo) },
  { format: 'racechrono-csv', name: 'rc.csv', bytes: bytesOf(racechrono) },
  { format: 'gpx', name: 'a.gpx', bytes: bytesOf(gpx) },
  { format: 'dove', name: 'a.dovex', bytes: bytesOf(doveHead.padEnd(1024, '\n') + doveRows) },
  { format: 'dove', name: 'a.dove', bytes: bytesOf(doveRows) },
  { format: 'trackaddict', name: 'ta.csv', bytes: bytesOf(trackaddict) },
  {
    format: 'lfs-raf',
    name: 'a.raf',
    bytes: rafBytes(
      Array.from({ length: 40 }, (_, i) => ({ x: i, y: 2 * i, speed: 30, gear: 4, rpm: 7000 })),
      { timesMs: [155, 400] },
    ),
  },
];

/** The first sample of a format. */
export function sampleOf(format: string): Sample {
  const sample = SAMPLES.find((other) => other.format === format);
  if (!sample) throw new Error(`There is no sample of ${format}.`);
  return sample;
}
