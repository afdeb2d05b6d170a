/** Known to everyone who reads this, so made only in a demo database and never in production. */
export const demoPassword = 'lotkeeper-demo';
