/* SPDX-License-Identifier: Apache-2.0
 *
 * A library for LD_PRELOAD that ends its process by SIGKILL just before the N-th call that lets anything out: write,
 * pwrite, fsync, fdatasync, ftruncate, send and their like. So every state that a power cut can leave behind is met
 * once.
 *
 *   KILL_AT_ARMED=FILE: nothing is counted until this file is there.   KILL_AT=N: 1 is the first call after that.
 *
 * Or a disk that fails under way: while the file FAIL_WHILE is there, every pwrite, fsync and ftruncate answers with
 * the number that stands in it (28 no space, 30 read-only, 5 input/output error) and does nothing.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long calls;

static void step(void) {
  static atomic_int armed;
  if (!armed) {
    const char* file = getenv("KILL_AT_ARMED");
    if (file == NULL || access(file, F_OK) != 0) return;
    armed = 1;
  }
  const char* at = getenv("KILL_AT");
  if (at != NULL && atomic_fetch_add(&calls, 1) + 1 == atol(at)) kill(getpid(), SIGKILL);
}

/* Whether this call is to fail; errno is set then. */
static int failing(void) {
  const char* file = getenv("FAIL_WHILE");
  const int saved = errno;
  const int from = file == NULL ? -1 : open(file, O_RDONLY | O_CLOEXEC);
  if (from < 0) {
    errno = saved;
    return 0;
  }
  char text[16] = "";
  const ssize_t got = read(from, text, sizeof text - 1);
  close(from);
  errno = got > 0 ? atoi(text) : EIO;
  return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void* data, size_t size) {
  step();
  return REAL(write)(fd, data, size);
}
ssize_t writev(int fd, const struct iovec* parts, int count) {
  step();
  return REAL(writev)(fd, parts, count);
}
ssize_t pwrite(int fd, const void* data, size_t size, off_t at) {
  step();
  if (failing()) return -1;
  return REAL(pwrite)(fd, data, size, at);
}
ssize_t pwrite64(int fd, const void* data, size_t size, off64_t at) {
  step();
  if (failing()) return -1;
  return REAL(pwrite64)(fd, data, size, at);
}
int fsync(int fd) {
  step();
  if (failing()) return -1;
  return REAL(fsync)(fd);
}
int fdatasync(int fd) {
  step();
  if (failing()) return -1;
  return REAL(fdatasync)(fd);
}
int ftruncate(int fd, off_t size) {
  step();
  if (failing()) return -1;
  return REAL(ftruncate)(fd, size);
}
int ftruncate64(int fd, off64_t size) {
  step();
  if (failing()) return -1;
  return REAL(ftruncate64)(fd, size);
}
ssize_t send(int fd, const void* data, size_t size, int flags) {
  step();
  return REAL(send)(fd, data, size, flags);
}
ssize_t sendto(int fd, const void* data, size_t size, int flags, const struct sockaddr* to, socklen_t length) {
  step();
  return REAL(sendto)(fd, data, size, flags, to, length);
}
