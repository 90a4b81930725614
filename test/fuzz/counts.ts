/** More than 20,000 in all; formats whose readers run slower, or that only differ in the packing, get fewer. */
export const counts: Readonly<Record<string, number>> = {
  evt3: 2000, evt2: 2000, evt21: 1000, "evt21 legacy": 1000, evt4: 1500, dat: 2000, "dat triggers": 500,
  aedat4: 800, "aedat4 frames": 600, "aedat3 frames": 400, "event-utils-hdf5 frames": 200, "aedat4 none": 1000, "aedat4 lz4": 1500, "aedat4 zstd": 1000, aedat2: 1000, aedat3: 1500, rosbag: 700, "rosbag lz4": 500, es: 1000, nmnist: 1000,
  "prophesee-hdf5": 500, "prophesee-hdf5 gzip": 200, "dsec-hdf5": 500, "event-utils-hdf5": 300, "v2e-hdf5": 300,
  npz: 600, "npz packed": 200, text: 600, "text in gz": 200, arrow: 600, parquet: 120,
};
