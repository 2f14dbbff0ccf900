/** A worker thread that never becomes ready. */

while (true) {
  // only ending the thread helps
}
