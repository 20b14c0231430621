// Chapter and transcript links move the player on the page; without this they open the audio there.
const player = document.getElementById("player");
if (player) {
  const jump = (seconds) => {
    player.currentTime = seconds;
    player.play().catch(() => {});
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-start]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    jump(Number(link.dataset.start));
  });
  const at = /^#t=([\d.]+)$/.exec(location.hash);
  if (at) player.addEventListener("loadedmetadata", () => { player.currentTime = Number(at[1]); }, { once: true });
}
