// Before anything is painted, so that a dark room is not lit up first, and whoever is not signed in sees no empty page of
// somebody who is. A file of its own: the page allows no script within it.
{
  const chosen = localStorage.getItem('mantine-color-scheme-value');
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const scheme = chosen === 'light' || chosen === 'dark' ? chosen : dark ? 'dark' : 'light';
  document.documentElement.setAttribute('data-mantine-color-scheme', scheme);
  if (sessionStorage.getItem('lotkeeper.session') === null) document.documentElement.dataset.stranger = '';
}
