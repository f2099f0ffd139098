/* A disk that forgets, for tests: preloaded into Doorstep, it keeps of each file what an fsync asked for.
 *
 * Everything under DISK_FOLDER is looked at, and the folder that holds it. At an fsync or fdatasync the content that the file has by then is
 * copied to DISK_KEPT/<inode>; at an fsync of a folder, its names with their inodes to DISK_KEPT/<inode>.list. What
 * was only written, made or renamed stays out. After the process is dead, the test puts the folder back as it was
 * kept: that is what a power cut leaves.
 *
 *   DISK_COUNT   a file that grows by one byte with each fsync
 *   DISK_SKIP    when set, an fsync is answered at once and nothing is asked of the real disk
 *   KEPT/stuck   as long as this file is there, an fsync waits, having made KEPT/holds
 *   KEPT/deaf    as long as this file is there, an fsync keeps nothing: the negative control
 *   KEPT/full    as long as this file is there, nothing more can be written to the files
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define REAL(type, name, ...)                                                                                          \
  static type (*real)(__VA_ARGS__);                                                                                    \
  if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

static ssize_t real_write(int fd, const void *bytes, size_t count) {
  REAL(ssize_t, write, int, const void *, size_t);
  return real(fd, bytes, count);
}

static int real_fsync(int fd) {
  REAL(int, fsync, int);
  return real(fd);
}

/* Whether fd is a file or folder under DISK_FOLDER, and no index of shared memory, which no disk holds. */
static int watched(int fd) {
  const char *folder = getenv("DISK_FOLDER");
  char link[64], path[PATH_MAX];
  if (!folder) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  size_t begin = strlen(folder);
  return !strncmp(path, folder, begin) && (path[begin] == '/' || !path[begin]) && !strstr(path, "-shm");
}

/* Whether fd is the folder that holds DISK_FOLDER. */
static int holds_watched(int fd) {
  const char *folder = getenv("DISK_FOLDER");
  struct stat one, other;
  char above[PATH_MAX];
  if (!folder) return 0;
  snprintf(above, sizeof above, "%s/..", folder);
  return !fstat(fd, &one) && !stat(above, &other) && one.st_ino == other.st_ino && one.st_dev == other.st_dev;
}

static int told(const char *word) {
  char path[PATH_MAX];
  const char *kept = getenv("DISK_KEPT");
  if (!kept) return 0;
  snprintf(path, sizeof path, "%s/%s", kept, word);
  return !access(path, F_OK);
}

static int copy(const char *from, int to) {
  char buffer[65536];
  int in = open(from, O_RDONLY | O_CLOEXEC);
  ssize_t count = in < 0 ? -1 : 0;
  while (in >= 0 && (count = read(in, buffer, sizeof buffer)) > 0)
    if (real_write(to, buffer, (size_t)count) != count) { count = -1; break; }
  if (in >= 0) close(in);
  return count < 0 ? -1 : 0;
}

static int list(int fd, int to) {
  char self[64];
  snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
  DIR *folder = opendir(self);
  struct dirent *entry;
  if (!folder) return -1;
  while ((entry = readdir(folder)))
    if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
      dprintf(to, "%lu %s\n", (unsigned long)entry->d_ino, entry->d_name);
  closedir(folder);
  return 0;
}

/* Keeps what fd stands for, whole or not at all; one at a time, over all processes. */
static int keep(int fd, const char *kept) {
  char lock[PATH_MAX], draft[PATH_MAX], place[PATH_MAX], self[64];
  struct stat found;
  if (fstat(fd, &found)) return -1;
  int is_folder = S_ISDIR(found.st_mode);
  snprintf(lock, sizeof lock, "%s/lock", kept);
  snprintf(draft, sizeof draft, "%s/draft", kept);
  snprintf(place, sizeof place, "%s/%lu%s", kept, (unsigned long)found.st_ino, is_folder ? ".list" : "");
  snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
  int held = open(lock, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (held < 0 || flock(held, LOCK_EX)) return -1;
  int to = open(draft, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  int done = to < 0 ? -1 : is_folder ? list(fd, to) : copy(self, to);
  if (to >= 0) close(to);
  if (!done) done = rename(draft, place);
  close(held);
  return done;
}

static void count(void) {
  const char *path = getenv("DISK_COUNT");
  if (!path) return;
  int to = open(path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  if (to < 0) return;
  (void)!real_write(to, "s", 1);
  close(to);
}

int fsync(int fd) {
  const char *kept = getenv("DISK_KEPT");
  count();
  if (getenv("DISK_SKIP")) return 0;
  if (!kept || (!watched(fd) && !holds_watched(fd))) return real_fsync(fd);
  if (told("full")) { errno = ENOSPC; return -1; }
  /* Always a little: whoever is told too early is told before anything was kept. */
  struct timespec wait = { 0, 5000000 };
  nanosleep(&wait, NULL);
  while (told("stuck")) {
    char holds[PATH_MAX];
    snprintf(holds, sizeof holds, "%s/holds", kept);
    int made = open(holds, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (made >= 0) close(made);
    nanosleep(&wait, NULL);
  }
  if (told("deaf")) return 0;
  if (keep(fd, kept)) { errno = EIO; return -1; }
  return 0;
}

int fdatasync(int fd) { return fsync(fd); }

static int is_full(int fd) {
  if (!told("full") || !watched(fd)) return 0;
  errno = ENOSPC;
  return 1;
}

ssize_t write(int fd, const void *bytes, size_t length) {
  return is_full(fd) ? -1 : real_write(fd, bytes, length);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
  REAL(ssize_t, pwrite, int, const void *, size_t, off_t);
  return is_full(fd) ? -1 : real(fd, bytes, length, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
  REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
  return is_full(fd) ? -1 : real(fd, bytes, length, at);
}

int ftruncate(int fd, off_t length) {
  REAL(int, ftruncate, int, off_t);
  return is_full(fd) ? -1 : real(fd, length);
}

int ftruncate64(int fd, off64_t length) {
  REAL(int, ftruncate64, int, off64_t);
  return is_full(fd) ? -1 : real(fd, length);
}
